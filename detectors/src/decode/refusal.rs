//! Why a file is not opened: one table of stable codes, each with what to do about it.

use std::fmt;

/// A file that was not opened: its neighbours are unaffected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    reason: Reason,
    message: String,
}

impl Refusal {
    /// A refusal with the sentence for people: lower case, what is wrong with *this* file, no advice.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }

    /// The reason, for code that decides by it.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The stable code, `too_many_pixels`.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// What is wrong with this file.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        self.reason.help()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.help())
    }
}

impl std::error::Error for Refusal {}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $help:literal;)*) => {
        /// The kinds of refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// All of them, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What to do about it, a sentence without its full stop.
            pub fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

reasons! {
    /// No bytes at all.
    EmptyFile, "empty_file", "upload the picture again; nothing arrived";
    /// The bytes are of no picture format.
    NotAnImage, "not_an_image", "send a JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF file";
    /// A picture, but of a format or variant that is not read.
    UnsupportedFormat, "unsupported_format", "convert it to JPEG, PNG or WebP";
    /// More bytes than the limit.
    FileTooLarge, "file_too_large", "save it smaller, or raise the limit `file_bytes`";
    /// More pixels than the limit.
    TooManyPixels, "too_many_pixels", "scale it down, or raise the limit `pixels`";
    /// The file ends before a picture can be made of it.
    Truncated, "truncated", "upload it again; the file is incomplete";
    /// The file contradicts its own format.
    Corrupt, "corrupt", "export it again from the original; the file is damaged";
    /// Decoding would take, or took, too long.
    DecodeTimeout, "decode_timeout", "save it as a plain baseline picture, or raise the limit `decode_time`";
    /// Decoding would take too much memory.
    DecodeMemory, "decode_memory", "scale it down or save it with 8 bits a channel and without progressive scans, or raise the limit `decode_memory_bytes`";
    /// The decoder itself failed: a fault of ours, contained.
    DecoderFault, "decoder_fault", "export it again in another format, and report the file: the decoder should have refused it";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_every_code_says_what_to_do() {
        let codes: std::collections::BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
        assert!(Reason::ALL.iter().all(|reason| !reason.help().is_empty()));
    }
}
