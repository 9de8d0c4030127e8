//! The wire format of protocol buffers, read in place: no allocation, no recursion, every length checked against what is there.

/// One field of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A whole number, flag or enum.
    Varint(u64),
    /// Eight bytes: a double or a fixed number.
    Fixed64,
    /// Text, bytes, a message, or numbers one after another.
    Bytes(&'a [u8]),
    /// Four bytes: a float or a fixed number.
    Fixed32([u8; 4]),
}

impl<'a> Value<'a> {
    /// The bytes of a message or text.
    pub fn bytes(self) -> Result<&'a [u8], String> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err("a field has another type than the format says".into()),
        }
    }

    /// Text, short enough to be a name.
    pub fn text(self) -> Result<&'a str, String> {
        let bytes = self.bytes()?;
        let text = std::str::from_utf8(bytes).map_err(|_| "a name is not UTF-8 text")?;
        if text.len() > 1024 || text.contains('\0') {
            return Err("a name is longer than 1024 bytes or has a zero byte".into());
        }
        Ok(text)
    }

    /// A whole number.
    pub fn number(self) -> Result<u64, String> {
        match self {
            Self::Varint(number) => Ok(number),
            _ => Err("a field has another type than the format says".into()),
        }
    }

    /// Whole numbers, written one by one or together.
    pub fn numbers(self, mut each: impl FnMut(u64) -> Result<(), String>) -> Result<(), String> {
        match self {
            Self::Varint(number) => each(number),
            Self::Bytes(mut rest) => {
                while !rest.is_empty() {
                    each(varint(&mut rest)?)?;
                }
                Ok(())
            }
            _ => Err("a field has another type than the format says".into()),
        }
    }
}

/// Hands every field of a message to `each`. Fields in `single` may come once: of two, readers differ in what they keep.
pub fn fields<'a>(mut message: &'a [u8], single: &[u64], mut each: impl FnMut(u64, Value<'a>) -> Result<(), String>) -> Result<(), String> {
    let mut seen = 0u64;
    while !message.is_empty() {
        let key = varint(&mut message)?;
        let number = key >> 3;
        let value = match key & 7 {
            0 => Value::Varint(varint(&mut message)?),
            1 => {
                take(&mut message, 8)?;
                Value::Fixed64
            }
            2 => {
                let length = varint(&mut message)?;
                Value::Bytes(take(&mut message, length)?)
            }
            5 => Value::Fixed32(take(&mut message, 4)?.try_into().map_err(|_| TRUNCATED)?),
            _ => return Err("it is no protocol buffer that is read here (groups)".into()),
        };
        if number == 0 {
            return Err("it is no protocol buffer: a field has the number 0".into());
        }
        if number < 64 && single.contains(&number) {
            if seen & (1 << number) != 0 {
                return Err(format!("field {number} stands twice where it may stand once"));
            }
            seen |= 1 << number;
        }
        each(number, value)?;
    }
    Ok(())
}

const TRUNCATED: &str = "it is no protocol buffer, or it is cut off";

fn varint(bytes: &mut &[u8]) -> Result<u64, String> {
    let mut number = 0u64;
    for (place, byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f).checked_shl(7 * place as u32).unwrap_or(0);
        if byte & 0x80 == 0 {
            *bytes = &bytes[place + 1..];
            return Ok(number);
        }
    }
    Err(TRUNCATED.into())
}

fn take<'a>(bytes: &mut &'a [u8], length: u64) -> Result<&'a [u8], String> {
    let (taken, rest) = usize::try_from(length).ok().and_then(|length| bytes.split_at_checked(length)).ok_or(TRUNCATED)?;
    *bytes = rest;
    Ok(taken)
}
