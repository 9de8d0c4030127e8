//! Rule packs, from text to verdict.
