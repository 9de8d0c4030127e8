//! The drawn products, by department. Each is a distance field of a few dozen lines and the materials it is made of.

mod care;
mod electronics;
mod home;
mod leisure;
mod tools;
mod wear;

use super::render::Model;

/// A product of the sample catalogue.
#[derive(Debug)]
pub struct Product {
    /// Its id in requests, file names and reports.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its category path.
    pub category: &'static str,
    /// Its shape and materials.
    pub model: Model,
    /// Width over height of its pictures.
    pub aspect: f32,
    /// The angle from which it shows best, radians about the vertical.
    pub best_yaw: f32,
}

/// All products, in the catalogue's order.
pub fn all() -> Vec<Product> {
    let product = |id, title, category, model, aspect, best_yaw| Product { id, title, category, model, aspect, best_yaw };
    vec![
        product("desk-lamp", "Desk lamp, brass", "home/lighting", home::lamp(), 1.0, 0.3),
        product("mug", "Stoneware mug", "home/kitchen", home::mug(), 1.0, -0.35),
        product("frying-pan", "Frying pan, 28 cm", "home/kitchen", home::pan(), 1.0, 0.55),
        product("teapot", "Teapot, glazed", "home/kitchen", home::teapot(), 1.0, -0.25),
        product("chair", "Dining chair, oak", "home/furniture", home::chair(), 0.85, 0.55),
        product("plant-pot", "Terracotta pot with plant", "garden/pots", home::plant_pot(), 0.85, 0.2),
        product("watering-can", "Watering can", "garden/tools", home::watering_can(), 1.0, -0.3),
        product("t-shirt", "T-shirt, organic cotton", "apparel/adult/shirts", wear::t_shirt(0x2f_6f8f), 0.85, 0.0),
        product("dress", "Summer dress", "apparel/adult/dresses", wear::dress(), 0.75, 0.0),
        product("kids-t-shirt", "Children's striped T-shirt", "apparel/children/shirts", wear::striped_t_shirt(), 0.85, 0.0),
        product("sneaker", "Running shoe", "shoes/sneakers", wear::sneaker(0xe8_e6e1, 0xd1_4b3a), 1.2, 0.35),
        product("boot", "Leather boot", "shoes/boots", wear::boot(), 1.0, 0.4),
        product("tote-bag", "Leather tote", "bags/totes", wear::tote(), 0.9, 0.35),
        product("backpack", "Canvas backpack", "bags/backpacks", wear::backpack(), 0.85, 0.4),
        product("wrist-watch", "Wrist watch, steel", "watches/wrist", wear::watch(), 0.85, 0.25),
        product("sunglasses", "Sunglasses", "apparel/accessories", wear::sunglasses(), 1.2, 0.35),
        product("ring", "Ring with sapphire", "jewellery/rings", wear::ring_with_stone(), 1.0, 0.45),
        product("headphones", "Headphones, wireless", "electronics/audio", electronics::headphones(), 1.0, 0.5),
        product("phone", "Smartphone, 128 GB", "electronics/phones", electronics::phone(), 0.8, 0.5),
        product("speaker", "Bluetooth speaker", "electronics/audio", electronics::speaker(), 1.0, 0.35),
        product("camera", "Compact camera", "electronics/cameras", electronics::camera(), 1.1, 0.4),
        product("cordless-drill", "Cordless drill", "tools/power", tools::drill(), 1.1, 0.35),
        product("hammer", "Claw hammer", "tools/hand", tools::hammer(), 0.8, 0.35),
        product("basketball", "Basketball", "sports/balls", leisure::basketball(), 1.0, 0.4),
        product("dumbbell", "Dumbbell, 5 kg", "sports/fitness", leisure::dumbbell(), 1.2, 0.6),
        product("steel-bottle", "Insulated bottle", "sports/bottles", leisure::bottle(), 0.75, 0.3),
        product("book", "Hardcover book", "media/books", leisure::book(), 0.85, 0.5),
        product("wooden-car", "Wooden toy car", "toys/vehicles", leisure::wooden_car(), 1.2, 0.5),
        product("perfume", "Eau de parfum", "beauty/fragrance", care::perfume(), 0.85, 0.3),
        product("face-cream", "Face cream, 50 ml", "beauty/skin-care", care::cream_jar(), 1.0, 0.3),
        product("jam", "Raspberry jam", "grocery/spreads", care::jam_jar(), 0.85, 0.2),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::sample::geometry::v;

    #[test]
    fn there_are_enough_products_of_enough_kinds() {
        let products = all();
        let ids: BTreeSet<_> = products.iter().map(|product| product.id).collect();
        let departments: BTreeSet<_> = products.iter().filter_map(|product| product.category.split('/').next()).collect();
        assert!(ids.len() >= 24 && ids.len() == products.len());
        assert!(departments.len() >= 8, "{departments:?}");
    }

    #[test]
    fn models_stay_in_their_ball_and_name_only_materials_they_have() {
        for product in all() {
            let model = &product.model;
            for i in 0..4000 {
                let turn = |by: f32| (i as f32 * by).fract() * 2.0 - 1.0;
                let direction = v(turn(0.618), turn(0.7548), turn(0.5698)).unit();
                for reach in [0.2, 0.6, 1.02] {
                    let hit = (model.shape)(model.centre + direction * (model.radius * reach));
                    assert!(hit.material < model.materials.len(), "{}", product.id);
                    assert!(reach < 1.0 || hit.distance > 0.0, "{} reaches out of its ball towards {direction:?}", product.id);
                }
            }
        }
    }
}
