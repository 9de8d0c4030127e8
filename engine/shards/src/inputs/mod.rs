//! What a stock is given as: folders, single pictures, manifests (CSV, Parquet), and prefixes of object stores. All give pictures one by
//! one, in an order that does not depend on the machine.

mod folder;
mod manifest;

use futures_util::StreamExt;

use crate::error::ShardError;
use crate::picture::Picture;
use crate::stores::{Location, Stores, address_below, file_of};

/// What holds for a picture where the input does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// Category path.
    pub category: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Marketplace; `None` = the house.
    pub marketplace: Option<String>,
}

impl Defaults {
    fn fill(&self, picture: &mut Picture) {
        for (own, default) in
            [(&mut picture.category, &self.category), (&mut picture.region, &self.region), (&mut picture.marketplace, &self.marketplace)]
        {
            if own.is_none() {
                own.clone_from(default);
            }
        }
    }
}

/// Hands on every picture of the inputs, in their order; of a folder or a prefix in the order of names.
///
/// # Errors
/// `Storage` when an input cannot be read, `Invalid` when a manifest is not right, and the first error of `each`.
pub fn each_picture(
    inputs: &[String],
    defaults: &Defaults,
    stores: &Stores,
    each: &mut dyn FnMut(Picture) -> Result<(), ShardError>,
) -> Result<(), ShardError> {
    let mut each = |mut picture: Picture| {
        defaults.fill(&mut picture);
        each(picture)
    };
    for input in inputs {
        let ends_in = |ending: &str| input.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(ending));
        let file = file_of(input);
        match &file {
            Some(path) if path.is_dir() => folder::each(path, &mut each)?,
            _ if ends_in("csv") => manifest::each_of_csv(input, &read(input, stores)?, &mut each)?,
            _ if ends_in("parquet") => manifest::each_of_parquet(input, read(input, stores)?, &mut each)?,
            Some(path) => {
                std::fs::metadata(path).map_err(|error| ShardError::storage("read", input, error))?;
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                each(Picture { image_id: name.into_owned(), source: folder::absolute(path)?, ..Picture::default() })?;
            }
            None => each_of_store(input, &stores.locate(input)?, stores, &mut each)?,
        }
    }
    Ok(())
}

/// The whole of a manifest.
fn read(input: &str, stores: &Stores) -> Result<bytes::Bytes, ShardError> {
    let Location { store, path, .. } = stores.locate(input)?;
    let asked = async { object_store::ObjectStoreExt::get(store.as_ref(), &path).await?.bytes().await };
    stores.wait(asked).map_err(|error| ShardError::storage("read", input, error))
}

/// Everything below a prefix; names that begin with a dot are left out, as in folders.
fn each_of_store(
    input: &str,
    location: &Location,
    stores: &Stores,
    each: &mut dyn FnMut(Picture) -> Result<(), ShardError>,
) -> Result<(), ShardError> {
    let mut listing = location.store.list(Some(&location.path));
    let (mut before, mut found) = (String::new(), false);
    while let Some(object) = stores.wait(listing.next()) {
        let key = object.map_err(|error| ShardError::storage("list", input, error))?.location;
        let Some(parts) = key.prefix_match(&location.path) else { continue };
        let below: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
        if below.is_empty() || below.iter().any(|part| part.starts_with('.')) {
            continue;
        }
        let below = below.join("/");
        if below <= before {
            return Err(ShardError::invalid(
                format!("the store does not list `{input}` in the order of names, so that a plan of it would change from time to time"),
                "write a manifest of the keys and plan that",
            ));
        }
        each(Picture { image_id: below.clone(), source: address_below(input, &below), ..Picture::default() })?;
        (before, found) = (below, true);
    }
    match found {
        true => Ok(()),
        false => Err(ShardError::invalid(format!("there is nothing below `{input}`"), "name a prefix that holds pictures")),
    }
}
