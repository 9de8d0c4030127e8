//! Passwords: argon2id with 19 MiB and two passes (the OWASP's recommendation, and the crate's defaults), each with a salt of its own.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::error::{ApiError, Code};

/// Fewest characters.
const LEAST: usize = 10;
/// Most bytes: hashing takes its time for every one.
const MOST_BYTES: usize = 1000;
/// Fewest different characters.
const LEAST_DIFFERENT: usize = 5;
/// What everybody tries first; digits and marks around it do not help.
const COMMON: &[&str] = &[
    "abc",
    "abcd",
    "abcdef",
    "access",
    "admin",
    "administrator",
    "adminadmin",
    "baseball",
    "basketball",
    "changeit",
    "changeme",
    "charlie",
    "computer",
    "default",
    "dragon",
    "football",
    "geheim",
    "hallo",
    "hello",
    "helloworld",
    "iloveyou",
    "ichliebedich",
    "internet",
    "jennifer",
    "letmein",
    "liverpool",
    "login",
    "manchester",
    "master",
    "michael",
    "michelle",
    "monkey",
    "motdepasse",
    "mypassword",
    "newpassword",
    "nopassword",
    "ordinateur",
    "pass",
    "passpass",
    "passphrase",
    "passw0rd",
    "passwort",
    "passwordpassword",
    "password",
    "princess",
    "qazwsx",
    "qazwsxedc",
    "qwer",
    "qwerasdf",
    "qwert",
    "qwerty",
    "qwertyqwerty",
    "qwertyuiop",
    "qwertzuiop",
    "qwertz",
    "azerty",
    "azertyuiop",
    "root",
    "rootroot",
    "schatz",
    "secret",
    "secretpassword",
    "september",
    "october",
    "november",
    "december",
    "shadow",
    "spring",
    "summer",
    "autumn",
    "winter",
    "starwars",
    "sunshine",
    "superman",
    "temporary",
    "test",
    "testtest",
    "testing",
    "thepassword",
    "trustno",
    "user",
    "username",
    "vitrine",
    "wachtwoord",
    "welcome",
    "welkom",
    "whatever",
    "willkommen",
    "worldcup",
    "zaqwsx",
    "contraseña",
    "benvenuto",
    "juventus",
    "asdfghjkl",
    "asdfasdf",
    "asdfgh",
    "zxcvbnm",
    "qweasdzxc",
    "correcthorsebatterystaple",
    "ruleset",
    "studio",
    "rulestudio",
];

/// Whether a password may be set for an account.
///
/// # Errors
/// `password_weak` with what is wrong with it.
pub fn check(password: &str, name: &str) -> Result<(), ApiError> {
    let weak = |message: String| Err(ApiError::new(Code::PasswordWeak, message));
    let length = password.chars().count();
    if length < LEAST {
        return weak(format!("the password has {length} characters, fewer than {LEAST}"));
    }
    if password.len() > MOST_BYTES {
        return weak(format!("the password has more than {MOST_BYTES} bytes"));
    }
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    if different.len() < LEAST_DIFFERENT {
        return weak(format!("the password has only {} different characters", different.len()));
    }
    let lower = password.to_lowercase();
    let core = lower.trim_matches(|letter: char| !letter.is_alphabetic());
    let plain: String = core.chars().map(unmasked).collect();
    if core.is_empty() || COMMON.iter().any(|common| *common == core || *common == plain) {
        return weak("the password is one of the first that anybody would try".into());
    }
    if core == name.to_lowercase() || (name.chars().count() >= 4 && lower.contains(&name.to_lowercase())) {
        return weak("the password holds the account's name".into());
    }
    Ok(())
}

/// The hash that is kept.
///
/// # Errors
/// `internal`, when the system gives no random salt.
pub fn hash(password: &str) -> Result<String, ApiError> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|error| {
        tracing::error!(%error, "hashing a password");
        ApiError::new(Code::Internal, "the password could not be kept")
    })
}

/// Whether a password is the one that was kept. Where there is none it takes as long and says no.
pub fn is_right(password: &str, kept: Option<&str>) -> bool {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    let nobodys = || NOBODYS.get_or_init(|| hash("nobody has this password").unwrap_or_default()).as_str();
    let known = kept.filter(|kept| !kept.is_empty());
    let Ok(parsed) = PasswordHash::new(known.unwrap_or_else(nobodys)) else { return false };
    let fits = password.len() <= MOST_BYTES && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    fits && known.is_some()
}

/// A letter that a digit or mark stands for.
fn unmasked(letter: char) -> char {
    match letter {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only_and_two_hashes_of_it_differ() {
        let (one, two) = (hash("seven green bottles").unwrap(), hash("seven green bottles").unwrap());
        assert!(one != two && one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert!(is_right("seven green bottles", Some(&one)) && is_right("seven green bottles", Some(&two)));
        for kept in [Some(one.as_str()), Some(""), Some("no hash"), None] {
            assert!(!is_right("seven green bottle", kept), "{kept:?}");
        }
        assert!(!is_right("nobody has this password", None));
    }

    #[test]
    fn short_plain_and_common_ones_are_refused() {
        for bad in [
            "",
            "short",
            "123456789",
            "1234567890",
            "aaaaaaaaaaaa",
            "ababababab",
            "Password123",
            "P@ssw0rd2026!",
            "welcome-2026",
            "qwertyuiop1",
            "ann.miller-1",
            "Vitrine2026",
        ] {
            assert_eq!(check(bad, "ann.miller").unwrap_err().body().code, "password_weak", "{bad}");
        }
        assert!(check(&"long enough ".repeat(100), "ann").is_err());
        for good in ["seven green bottles", "Tr0ub4dor&3x", "über-schöne Grüße", "8f2kd0w3ma"] {
            assert!(check(good, "ann.miller").is_ok(), "{good}");
        }
    }
}
