//! Work that waits for nobody takes only the time that nobody else on the machine wants.

use rustix::process::nice;

/// The highest niceness there is.
const NICEST: i32 = 19;

/// Lets whoever else wants this process' time go first: a server beside it must not notice. It is for a process that somebody started for
/// this work, before it starts threads; with that somebody it ends. A system that has no such thing, or does not allow it, changes nothing
/// about the work.
pub fn stand_back() {
    // Linux shares its time among sessions first, and only then among those within one by how much each stands back. One that was started by
    // another program is never the head of its group, so that it can have a session of its own.
    #[cfg(target_os = "linux")]
    if rustix::process::setsid().is_ok() {
        // Not there where the system shares by something else, such as control groups.
        let _ = std::fs::write("/proc/self/autogroup", NICEST.to_string());
    }
    // Whoever is paused does not hear that nobody asks any more.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    threads_stand_back();
}

/// This thread, and every thread that it starts from now on.
fn threads_stand_back() {
    let _ = nice(NICEST);
    // A nice thread still ends its slice while one that has just woken up waits; one that is idle is put aside at once.
    #[cfg(target_os = "linux")]
    {
        use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};
        use thread_priority::{set_thread_priority_and_policy, thread_native_id};
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use thread_priority::{NormalThreadSchedulePolicy, ThreadSchedulePolicy, thread_native_id, thread_schedule_policy, unix};

    #[test]
    fn threads_that_it_starts_stand_back_too() {
        let policy = || unix::thread_schedule_policy_param(thread_native_id()).map(|(policy, _)| policy);
        let before = thread_schedule_policy();
        let within = std::thread::spawn(move || {
            super::threads_stand_back();
            std::thread::spawn(policy).join()
        });
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        assert_eq!(within.join().unwrap().unwrap(), Ok(idle));
        assert_eq!(thread_schedule_policy(), before, "others do not");
    }
}
