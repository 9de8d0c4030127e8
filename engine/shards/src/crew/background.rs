//! Work that waits for nobody takes only the time that nobody else on the machine wants.

use rustix::process::nice;

/// The highest niceness there is.
const NICEST: i32 = 19;

/// Lets whoever else wants this thread's time go first, and every thread's that it starts from now on: a server beside it must not notice. A
/// system that has no such thing, or does not allow it, changes nothing about the work.
pub fn stand_back() {
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
            super::stand_back();
            std::thread::spawn(policy).join()
        });
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        assert_eq!(within.join().unwrap().unwrap(), Ok(idle));
        assert_eq!(thread_schedule_policy(), before, "others do not");
    }
}
