//! What people may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccountRole {
    /// Reads everything.
    Viewer,
    /// Also backtests and exports.
    Analyst,
    /// Also writes drafts and judges the queue.
    Editor,
    /// Also approves, publishes and undoes.
    Approver,
    /// Also makes and changes accounts.
    Admin,
}

/// What a call asks of whoever makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// To read.
    View,
    /// To backtest and export.
    Analyse,
    /// To write drafts and to judge the queue.
    Edit,
    /// To approve, publish, stop and undo.
    Approve,
    /// To make and change accounts.
    Administer,
}

impl AccountRole {
    /// All of them, the least powerful first.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Analyst, Self::Editor, Self::Approver, Self::Admin];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Editor => "editor",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    /// From how it is written.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether the role has a power.
    pub fn may(self, power: Power) -> bool {
        self >= power.least_role()
    }
}

impl Power {
    /// The weakest role that has it, as it is written.
    pub fn least(self) -> &'static str {
        self.least_role().as_str()
    }

    /// What it is, as the beginning of a sentence.
    pub fn what(self) -> &'static str {
        match self {
            Self::View => "reading this",
            Self::Analyse => "backtesting and exporting",
            Self::Edit => "writing drafts and judging the queue",
            Self::Approve => "approving, publishing and undoing",
            Self::Administer => "changing accounts",
        }
    }

    fn least_role(self) -> AccountRole {
        match self {
            Self::View => AccountRole::Viewer,
            Self::Analyse => AccountRole::Analyst,
            Self::Edit => AccountRole::Editor,
            Self::Approve => AccountRole::Approver,
            Self::Administer => AccountRole::Admin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stronger_role_may_all_that_a_weaker_one_may() {
        let powers = [Power::View, Power::Analyse, Power::Edit, Power::Approve, Power::Administer];
        for (index, role) in AccountRole::ALL.into_iter().enumerate() {
            assert_eq!(AccountRole::parse(role.as_str()), Some(role));
            for (needed, power) in powers.into_iter().enumerate() {
                assert_eq!(role.may(power), index >= needed, "{role:?} {power:?}");
            }
        }
    }
}
