//! Accounts: signing in, making and changing them.

use std::net::IpAddr;

use serde_json::json;

use super::{AccountRole, Begun, Person, password};
use crate::apart::apart;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::store::{Account, Record, Transaction};

/// Longest name, characters.
const NAME_MAX: usize = 60;
/// Longest display name, characters.
const DISPLAY_NAME_MAX: usize = 100;

/// An account that is to be.
pub struct NewAccount {
    /// Unique; capitals do not count.
    pub name: String,
    /// As people call them.
    pub display_name: String,
    /// As typed.
    pub password: String,
    /// What they may do.
    pub role: AccountRole,
}

/// What becomes different; `None` stays.
#[derive(Debug, Default)]
pub struct AccountChange {
    /// Takes effect with the next call.
    pub role: Option<AccountRole>,
    /// Ends all sessions.
    pub disabled: Option<bool>,
    /// Ends all sessions.
    pub password: Option<String>,
}

impl App {
    /// Signs in by name and password.
    ///
    /// # Errors
    /// `sign_in_failed` whatever is wrong, `too_many_attempts`, or a store that does not answer.
    pub async fn sign_in(&self, name: &str, typed: String, address: IpAddr) -> Result<Begun, ApiError> {
        let name = name.trim().to_lowercase();
        let bounded: String = name.chars().take(NAME_MAX + 1).collect();
        if !self.identity.throttle.admits(&bounded, address) {
            tracing::warn!(name = bounded, %address, "too many wrong passwords");
            return Err(ApiError::new(Code::TooManyAttempts, "too many wrong passwords in a short time"));
        }
        let account = self.store.account(&self.config.tenant, &bounded).await?;
        let kept = account.as_ref().map(|account| account.password.clone());
        let right = self.hashing(move || Ok(password::is_right(&typed, kept.as_deref()))).await?;
        let known = account.as_ref().map(|account| account.name.clone());
        let Some(account) = account.filter(|account| right && !account.disabled) else {
            self.note_refusal(known.as_deref()).await?;
            return Err(ApiError::new(Code::SignInFailed, "name and password do not belong together"));
        };
        self.identity.throttle.succeeded(&bounded, address);
        self.begin_session(Person::of(account), "password").await
    }

    /// Signs in as one of the demo's people, who are made when first asked for.
    ///
    /// # Errors
    /// `demo_only` where the settings say no demo.
    pub async fn sign_in_to_demo(&self, role: AccountRole) -> Result<Begun, ApiError> {
        if !self.config.studio.demo {
            return Err(ApiError::new(Code::DemoOnly, "this server is no demo"));
        }
        let tenant = &self.config.tenant;
        if let Some(account) = self.store.account(tenant, role.as_str()).await? {
            return self.begin_session(Person::of(usable(account)?), "demo").await;
        }
        let mut change = self.store.begin(tenant).await?;
        let mut records = Vec::new();
        for role in AccountRole::ALL {
            let account = Account {
                name: role.as_str().to_owned(),
                display_name: demo_name(role).to_owned(),
                role,
                password: String::new(),
                disabled: false,
                created_ms: change.now_ms(),
            };
            if change.account(&account.name).await?.is_none() {
                change.add_account(&account).await?;
                records.push(record("vitrine", "account.added", &account));
            }
        }
        let account = change.account(role.as_str()).await?;
        change.commit(&records).await?;
        let account = account.ok_or_else(|| ApiError::new(Code::Internal, "the demo's account was not made"))?;
        self.begin_session(Person::of(usable(account)?), "demo").await
    }

    /// Whether the first account has still to be made.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn is_first_start(&self) -> Result<bool, ApiError> {
        Ok(!self.config.studio.demo && self.store.accounts(&self.config.tenant).await?.iter().all(|account| account.password.is_empty()))
    }

    /// Makes the first account, an admin, and signs it in.
    ///
    /// # Errors
    /// `account_exists` where there is one already; what is wrong with name or password.
    pub async fn add_first_account(&self, name: String, display_name: String, typed: String) -> Result<Begun, ApiError> {
        let there_is = || ApiError::new(Code::AccountExists, "the first account has been made; its owner adds the others");
        // Also below, once nobody else can write: here it spares the hashing.
        if !self.is_first_start().await? {
            return Err(there_is());
        }
        let new = NewAccount { name, display_name, password: typed, role: AccountRole::Admin };
        let mut account = self.account_of(new).await?;
        let mut change = self.store.begin(&self.config.tenant).await?;
        if change.accounts().await?.iter().any(|account| !account.password.is_empty()) {
            return Err(there_is());
        }
        account.created_ms = change.now_ms();
        add(&mut change, &account).await?;
        let record = record(&account.name, "account.added", &account);
        change.commit(&[record]).await?;
        self.begin_session(Person::of(account), "password").await
    }

    /// Adds an account.
    ///
    /// # Errors
    /// `account_exists`; what is wrong with name or password.
    pub async fn add_account(&self, by: &Person, new: NewAccount) -> Result<Account, ApiError> {
        let mut account = self.account_of(new).await?;
        let mut change = self.store.begin(&self.config.tenant).await?;
        account.created_ms = change.now_ms();
        add(&mut change, &account).await?;
        let record = record(&by.name, "account.added", &account);
        change.commit(&[record]).await?;
        Ok(account)
    }

    /// Changes an account. The last admin stays one.
    ///
    /// # Errors
    /// `account_unknown`, `last_admin`, or what is wrong with the password.
    pub async fn change_account(&self, by: &Person, name: &str, wanted: AccountChange) -> Result<Account, ApiError> {
        let AccountChange { role, disabled, password: typed } = wanted;
        let name = name.to_lowercase();
        let unknown = || ApiError::new(Code::AccountUnknown, "there is no account of this name");
        self.store.account(&self.config.tenant, &name).await?.ok_or_else(unknown)?;
        let hash = match typed {
            Some(typed) => {
                password::check(&typed, &name)?;
                Some(self.hashing(move || password::hash(&typed)).await?)
            }
            None => None,
        };
        let mut change = self.store.begin(&self.config.tenant).await?;
        let old = change.account(&name).await?.ok_or_else(unknown)?;
        let new = Account {
            role: role.unwrap_or(old.role),
            disabled: disabled.unwrap_or(old.disabled),
            password: hash.clone().unwrap_or_else(|| old.password.clone()),
            ..old.clone()
        };
        let leads = |account: &Account| account.role == AccountRole::Admin && !account.disabled;
        let others = change.accounts().await?.iter().filter(|account| account.name != name && leads(account)).count();
        if leads(&old) && !leads(&new) && others == 0 {
            return Err(ApiError::new(Code::LastAdmin, format!("{name} is the only admin left")));
        }
        change.change_account(&new).await?;
        if new.disabled || hash.is_some() {
            change.end_sessions_of(&name).await?;
        }
        let detail = json!({
            "role": {"old": old.role, "new": new.role},
            "disabled": {"old": old.disabled, "new": new.disabled},
            "password": if hash.is_some() { "changed" } else { "kept" },
        });
        let record = Record { detail, ..record(&by.name, "account.changed", &new) };
        change.commit(&[record]).await?;
        Ok(new)
    }

    async fn account_of(&self, new: NewAccount) -> Result<Account, ApiError> {
        let NewAccount { name, display_name, password: typed, role } = new;
        let name = name.trim().to_lowercase();
        let display_name = display_name.trim().to_owned();
        let invalid = |message: &str| Err(ApiError::new(Code::RequestInvalid, message));
        let fits = |letter: char| letter.is_alphanumeric() || ".-_@+".contains(letter);
        if name.is_empty() || name.chars().count() > NAME_MAX || !name.chars().all(fits) {
            return invalid("`name` has 1 to 60 letters, digits and `.-_@+`");
        }
        if display_name.is_empty() || display_name.chars().count() > DISPLAY_NAME_MAX || display_name.chars().any(char::is_control) {
            return invalid("`display_name` has 1 to 100 characters");
        }
        password::check(&typed, &name)?;
        let password = self.hashing(move || password::hash(&typed)).await?;
        Ok(Account { name, display_name, role, password, disabled: false, created_ms: 0 })
    }

    /// Work with passwords: on a thread for such work, few at once.
    async fn hashing<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, ApiError> + Send + 'static) -> Result<T, ApiError> {
        let _held = self.identity.hashing.acquire().await.map_err(|_| ApiError::new(Code::Unavailable, "the server is stopping"))?;
        apart("hashing the password", work).await?
    }
}

async fn add(change: &mut Transaction, account: &Account) -> Result<(), ApiError> {
    if change.account(&account.name).await?.is_some() {
        return Err(ApiError::new(Code::AccountExists, format!("there is an account `{}` already", account.name)));
    }
    Ok(change.add_account(account).await?)
}

fn usable(account: Account) -> Result<Account, ApiError> {
    // With a password it is somebody's own, whatever it is called.
    if account.disabled || !account.password.is_empty() {
        return Err(ApiError::new(Code::DemoOnly, format!("the account `{}` is not open to the demo", account.name)));
    }
    Ok(account)
}

fn record(actor: &str, action: &'static str, account: &Account) -> Record {
    Record {
        actor: actor.to_owned(),
        action: action.into(),
        subject: format!("account:{}", account.name),
        reason: String::new(),
        detail: json!({"role": account.role, "display_name": account.display_name}),
    }
}

/// The people of the demo.
fn demo_name(role: AccountRole) -> &'static str {
    match role {
        AccountRole::Viewer => "Vera Lindqvist",
        AccountRole::Analyst => "Anselm Okafor",
        AccountRole::Editor => "Elif Demir",
        AccountRole::Approver => "Pilar Reyes",
        AccountRole::Admin => "Ada Novak",
    }
}
