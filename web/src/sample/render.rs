//! Renders a model by marching along its distance field: key light, fill and rim light of a small studio, soft shadows,
//! occlusion, reflections of the softboxes. Gives a cut-out with cover and a separate ground shadow, to be laid on any backdrop.

use super::geometry::{Vec3, lerp, smoothstep, v};
use super::material::Material;

/// What the nearest surface of a model is.
#[derive(Debug, Clone, Copy)]
pub struct Surface {
    /// Signed distance to it.
    pub distance: f32,
    /// Index into the model's materials.
    pub material: usize,
}

/// The nearer of two.
pub fn nearer(a: Surface, b: Surface) -> Surface {
    if b.distance < a.distance { b } else { a }
}

/// A surface of one material.
pub const fn surface(distance: f32, material: usize) -> Surface {
    Surface { distance, material }
}

/// A product's shape and what it is made of. It stands on y = 0 and faces +z.
#[derive(Debug, Clone)]
pub struct Model {
    /// The distance field.
    pub shape: fn(Vec3) -> Surface,
    /// Its materials.
    pub materials: Vec<Material>,
    /// Centre of a ball that holds it.
    pub centre: Vec3,
    /// Radius of that ball.
    pub radius: f32,
    /// Stands on the ground (and throws a shadow on it); otherwise it hangs or lies flat, seen from the front.
    pub stands: bool,
}

/// Where it is seen from and where it lies in the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Turned about the vertical, radians.
    pub yaw: f32,
    /// Seen from above by, radians.
    pub pitch: f32,
    /// Longest extent of the subject as a share of the frame's side in that direction.
    pub fill: f32,
    /// Its centre off the frame's centre, as shares of the frame (right, down).
    pub shift: (f32, f32),
}

/// A rendered cut-out. All layers have the frame's size.
#[derive(Debug)]
pub struct Sprite {
    /// Frame width, px.
    pub width: usize,
    /// Frame height, px.
    pub height: usize,
    /// Linear light, already weighted by its cover.
    pub colour: Vec<Vec3>,
    /// Cover, 0..1.
    pub cover: Vec<f32>,
    /// How much of the light the subject keeps off the ground, 0..1.
    pub shadow: Vec<f32>,
    /// The camera, for backdrops that share its perspective.
    pub camera: Camera,
}

/// A long-lens camera and its window on the scene.
#[derive(Debug, Clone, Copy)]
pub struct Camera {
    /// Where it stands.
    pub eye: Vec3,
    right: Vec3,
    up: Vec3,
    forward: Vec3,
    window: (f32, f32),
    step: f32,
    frame: (usize, usize),
}

impl Camera {
    /// The direction through the pixel position (x, y).
    pub fn ray(&self, x: f32, y: f32) -> Vec3 {
        let across = self.window.0 + (x - self.frame.0 as f32 / 2.0) * self.step;
        let down = self.window.1 + (y - self.frame.1 as f32 / 2.0) * self.step;
        (self.forward + self.right * across - self.up * down).unit()
    }

    /// A direction given as (right, up, towards the viewer), level with the ground.
    pub fn direction(&self, right: f32, up: f32, towards: f32) -> Vec3 {
        let back = v(-self.forward.x, 0.0, -self.forward.z).unit();
        (self.right * right + v(0.0, up, 0.0) + back * towards).unit()
    }

    /// Where a point appears, px.
    pub fn project(&self, p: Vec3) -> (f32, f32) {
        let to = p - self.eye;
        let depth = to.dot(self.forward);
        let across = to.dot(self.right) / depth - self.window.0;
        let down = -to.dot(self.up) / depth - self.window.1;
        (across / self.step + self.frame.0 as f32 / 2.0, down / self.step + self.frame.1 as f32 / 2.0)
    }
}

/// Distance of the camera in radii of the model: a long lens, little perspective.
const CAMERA_RADII: f32 = 7.5;

/// Renders `model` as `view` asks, for a frame of `width` x `height` px.
pub fn render(model: &Model, view: &View, width: usize, height: usize) -> Sprite {
    let camera = aim(model, view, width, height);
    let lights = Lights::of(&camera);
    let starts = starts(model, &camera);
    let columns = width.div_ceil(BLOCK);
    let mut colour = vec![Vec3::default(); width * height];
    let mut cover = vec![0.0; width * height];
    let mut seen = vec![u16::MAX; width * height];
    let shade = |x: f32, y: f32, start: f32| -> Option<(Vec3, f32, u16)> {
        let ray = camera.ray(x, y);
        let (t, hit) = march(model, camera.eye, ray, start)?;
        let (light, cover) = shade(model, &lights, camera.eye + ray * t, ray, hit);
        Some((light, cover, hit as u16))
    };
    for y in 0..height {
        for x in 0..width {
            let Some(start) = starts[y / BLOCK * columns + x / BLOCK] else { continue };
            if let Some((light, opaque, material)) = shade(x as f32 + 0.5, y as f32 + 0.5, start) {
                let i = y * width + x;
                (colour[i], cover[i], seen[i]) = (light * opaque, opaque, material);
            }
        }
    }
    smooth_edges(&mut colour, &mut cover, &seen, (width, height), |x, y| {
        let start = starts[(y as usize).min(height - 1) / BLOCK * columns + (x as usize).min(width - 1) / BLOCK]?;
        shade(x, y, start)
    });
    let shadow = if model.stands { ground_shadow(model, &camera, &lights, width, height) } else { vec![0.0; width * height] };
    Sprite { width, height, colour, cover, shadow, camera }
}

/// Four samples instead of one wherever neighbours differ in material, cover or much in light.
fn smooth_edges(
    colour: &mut [Vec3],
    cover: &mut [f32],
    seen: &[u16],
    (width, height): (usize, usize),
    sample: impl Fn(f32, f32) -> Option<(Vec3, f32, u16)>,
) {
    let differs = |a: usize, b: usize| seen[a] != seen[b] || (colour[a] - colour[b]).map(f32::abs).dot(v(1.0, 1.0, 1.0)) > 0.5;
    let edges: Vec<usize> = (0..width * height)
        .filter(|&i| {
            let (x, y) = (i % width, i / width);
            (x + 1 < width && differs(i, i + 1))
                || (x > 0 && differs(i, i - 1))
                || (y + 1 < height && differs(i, i + width))
                || (y > 0 && differs(i, i - width))
        })
        .collect();
    for i in edges {
        let (x, y) = ((i % width) as f32, (i / width) as f32);
        let (mut light, mut share) = (Vec3::default(), 0.0);
        for (dx, dy) in [(0.125, 0.375), (0.375, 0.875), (0.625, 0.125), (0.875, 0.625)] {
            if let Some((one, opaque, _)) = sample(x + dx, y + dy) {
                light = light + one * (opaque * 0.25);
                share += opaque * 0.25;
            }
        }
        (colour[i], cover[i]) = (light, share);
    }
}

/// A camera whose window shows the subject as large and where the view wants it.
fn aim(model: &Model, view: &View, width: usize, height: usize) -> Camera {
    let towards = v(0.0, 0.0, 1.0).turn_x(-view.pitch).turn_y(view.yaw);
    let forward = -towards;
    let right = forward.cross(v(0.0, 1.0, 0.0)).unit();
    let up = right.cross(forward);
    let coarse = 96;
    let span = 2.6 / CAMERA_RADII;
    let mut camera = Camera {
        eye: model.centre + towards * (model.radius * CAMERA_RADII),
        right,
        up,
        forward,
        window: (0.0, 0.0),
        step: span / coarse as f32,
        frame: (coarse, coarse),
    };
    let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
    for y in 0..coarse {
        for x in 0..coarse {
            let at = (x as f32 + 0.5, y as f32 + 0.5);
            if march(model, camera.eye, camera.ray(at.0, at.1), model.radius * (CAMERA_RADII - 1.05)).is_some() {
                low = (low.0.min(at.0 - 0.5), low.1.min(at.1 - 0.5));
                high = (high.0.max(at.0 + 0.5), high.1.max(at.1 + 0.5));
            }
        }
    }
    if low.0 > high.0 {
        (low, high) = ((0.0, 0.0), (coarse as f32, coarse as f32));
    }
    let middle = ((low.0 + high.0) / 2.0 - coarse as f32 / 2.0, (low.1 + high.1) / 2.0 - coarse as f32 / 2.0);
    let (wide, tall) = ((high.0 - low.0) * camera.step, (high.1 - low.1) * camera.step);
    let step = (wide / (width as f32 * view.fill)).max(tall / (height as f32 * view.fill));
    camera.window =
        (middle.0 * camera.step - view.shift.0 * step * width as f32, middle.1 * camera.step - view.shift.1 * step * height as f32);
    camera.step = step;
    camera.frame = (width, height);
    camera
}

const BLOCK: usize = 8;

/// For each block of pixels how far its rays may go unseen, or `None` when they all miss.
fn starts(model: &Model, camera: &Camera) -> Vec<Option<f32>> {
    let (width, height) = camera.frame;
    let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
    let spread = camera.step * BLOCK as f32 * 0.75;
    (0..columns * rows)
        .map(|i| {
            let at = (((i % columns) * BLOCK) as f32 + BLOCK as f32 / 2.0, ((i / columns) * BLOCK) as f32 + BLOCK as f32 / 2.0);
            let ray = camera.ray(at.0, at.1);
            let mut t = model.radius * (CAMERA_RADII - 1.05);
            for _ in 0..64 {
                let distance = (model.shape)(camera.eye + ray * t).distance * 0.8;
                if distance < t * spread {
                    return Some((t - t * spread).max(0.0));
                }
                t += distance - t * spread * 0.5;
                if t > model.radius * (CAMERA_RADII + 1.05) {
                    return None;
                }
            }
            Some(t)
        })
        .collect()
}

fn march(model: &Model, eye: Vec3, ray: Vec3, start: f32) -> Option<(f32, usize)> {
    let mut t = start;
    let far = model.radius * (CAMERA_RADII + 1.1);
    for _ in 0..110 {
        let near = (model.shape)(eye + ray * t);
        if near.distance < 0.0006 * model.radius {
            return Some((t, near.material));
        }
        t += near.distance * 0.85;
        if t > far {
            return None;
        }
    }
    None
}

struct Lights {
    key: Vec3,
    fill: Vec3,
    rim: Vec3,
    right: Vec3,
    back: Vec3,
}

impl Lights {
    fn of(camera: &Camera) -> Self {
        Self {
            key: camera.direction(-0.55, 0.95, 0.62),
            fill: camera.direction(0.9, 0.25, 0.5),
            rim: camera.direction(0.35, 0.6, -0.9),
            right: camera.right,
            back: camera.direction(0.0, 0.0, 1.0),
        }
    }

    /// What a mirror would see in that direction: a bright room with softboxes left above and right, a dark gap at the horizon.
    fn reflection(&self, towards: Vec3, rough: f32) -> Vec3 {
        let (x, y, z) = (towards.dot(self.right), towards.y, towards.dot(self.back));
        let soft = 0.06 + rough * 0.9;
        let panel = |cx: f32, cy: f32, w: f32, h: f32| {
            let inside = |at: f32, half: f32| smoothstep(half + soft, half - soft, at.abs());
            inside(x - cx, w) * inside(y - cy, h) * smoothstep(-0.5, 0.2, z)
        };
        let room = lerp(0.5, 0.62, smoothstep(-0.6, 0.7, y));
        let gap = 0.42 * smoothstep(0.34 + soft, 0.0, (y - 0.12).abs()) * smoothstep(0.1, 0.7, x.abs() + 0.35);
        let lit = room - gap + 1.9 * panel(-0.5, 0.55, 0.26, 0.3) + 0.9 * panel(0.82, 0.2, 0.1, 0.5);
        v(lit * 1.02, lit, lit * 0.98)
    }
}

/// Light that leaves the surface at `p` towards the eye, and how much it covers.
fn shade(model: &Model, lights: &Lights, p: Vec3, ray: Vec3, index: usize) -> (Vec3, f32) {
    let material = &model.materials[index.min(model.materials.len() - 1)];
    let flat = normal(model, p);
    let (albedo, _) = material.at(p);
    let n = bumped(material, p, flat);
    let facing = (-n.dot(ray)).clamp(0.0, 1.0);
    let open = openness(model, p, flat);
    let key = n.dot(lights.key);
    let lit = if key > -0.2 { light_reaching(model, p + flat * 0.012, lights.key, 9.0) } else { 0.0 };
    let wrap = |cosine: f32, by: f32| ((cosine + by) / (1.0 + by)).max(0.0);
    let sky = lerp(0.42, 0.78, 0.5 + 0.5 * n.y);
    let diffuse = v(1.0, 0.985, 0.95) * (1.02 * wrap(key, 0.2) * lit)
        + v(0.93, 0.97, 1.0) * (0.26 * wrap(n.dot(lights.fill), 0.4) * open)
        + v(1.0, 1.0, 1.0) * (0.2 * wrap(n.dot(lights.rim), 0.1))
        + v(1.0, 1.0, 1.0) * (sky * 0.55 * open);
    let mirrored = ray - n * (2.0 * ray.dot(n));
    let room = lights.reflection(mirrored, material.rough) * lerp(0.35, 1.0, open);
    let edge = (1.0 - facing).powi(5) * (1.0 - 0.85 * material.rough);
    let half = (lights.key - ray).unit();
    let sharpness = 4.0 + 600.0 * (1.0 - material.rough).powi(4);
    let glint = n.dot(half).max(0.0).powf(sharpness) * lit * (1.0 - material.rough) * 0.7;
    if material.metal {
        let tint = albedo.mix(v(1.0, 1.0, 1.0), edge * 0.6);
        let light = tint.times(room) * 0.95 + tint.times(diffuse) * 0.1 + tint * glint;
        return (light, 1.0);
    }
    let gloss = (0.04 + 0.96 * edge) * (1.0 - 0.8 * material.rough);
    let light = albedo.times(diffuse) * (1.0 - gloss) * 0.92 + room * gloss + v(1.0, 1.0, 1.0) * (glint * 0.55);
    let cover = 1.0 - material.clear * facing.powf(0.8);
    (light, cover)
}

fn normal(model: &Model, p: Vec3) -> Vec3 {
    let e = 0.0011 * model.radius;
    let corner = |x: f32, y: f32, z: f32| v(x, y, z) * (model.shape)(p + v(x, y, z) * e).distance;
    (corner(1.0, -1.0, -1.0) + corner(-1.0, -1.0, 1.0) + corner(-1.0, 1.0, -1.0) + corner(1.0, 1.0, 1.0)).unit()
}

fn bumped(material: &Material, p: Vec3, n: Vec3) -> Vec3 {
    if material.is_smooth() {
        return n;
    }
    let e = 0.003;
    let here = material.at(p).1;
    let slope =
        v(material.at(p + v(e, 0.0, 0.0)).1 - here, material.at(p + v(0.0, e, 0.0)).1 - here, material.at(p + v(0.0, 0.0, e)).1 - here)
            * (1.0 / e);
    (n - (slope - n * slope.dot(n)) * 0.8).unit()
}

/// How much of the sky a point sees, 0..1.
fn openness(model: &Model, p: Vec3, n: Vec3) -> f32 {
    let (mut closed, mut weight) = (0.0, 1.0);
    for step in 1..=4 {
        let reach = model.radius * (0.02 + 0.075 * step as f32);
        let at = p + n * reach;
        let mut free = (model.shape)(at).distance;
        if model.stands {
            free = free.min(at.y);
        }
        closed += (reach - free).max(0.0) / reach * weight;
        weight *= 0.62;
    }
    (1.0 - 0.42 * closed).clamp(0.0, 1.0)
}

/// Share of a light that reaches a point, with the half shadow of an extended lamp; smaller `hardness` = softer.
fn light_reaching(model: &Model, p: Vec3, towards: Vec3, hardness: f32) -> f32 {
    let (mut free, mut t) = (1.0f32, 0.02 * model.radius);
    for _ in 0..16 {
        let near = (model.shape)(p + towards * t).distance;
        free = free.min(0.5 + 0.5 * hardness * near / t);
        if free < 0.02 {
            return 0.0;
        }
        t += near.max(0.05 * model.radius).min(0.4 * model.radius);
        if t > model.radius * 2.6 {
            break;
        }
    }
    smoothstep(0.0, 1.0, free)
}

/// Softness lets the shadow be computed at a third of the size.
const SHADOW_STEP: usize = 3;

fn ground_shadow(model: &Model, camera: &Camera, lights: &Lights, width: usize, height: usize) -> Vec<f32> {
    let (columns, rows) = (width / SHADOW_STEP + 2, height / SHADOW_STEP + 2);
    let coarse: Vec<f32> = (0..columns * rows)
        .map(|i| {
            let ray = camera.ray((i % columns * SHADOW_STEP) as f32, (i / columns * SHADOW_STEP) as f32);
            if ray.y > -1e-4 {
                return 0.0;
            }
            let ground = camera.eye + ray * (-camera.eye.y / ray.y);
            let off = (ground - v(model.centre.x, 0.0, model.centre.z)).length() / model.radius;
            if off > 2.4 {
                return 0.0;
            }
            let kept = 1.0 - light_reaching(model, ground + v(0.0, 0.01, 0.0), lights.key, 2.2);
            let contact = (0..3).map(|step| 0.03 + 0.1 * step as f32).map(|h| {
                let reach = h * model.radius;
                (1.0 - (model.shape)(ground + v(0.0, reach, 0.0)).distance.max(0.0) / reach).max(0.0) / 3.0
            });
            (0.55 * kept * kept + 0.75 * contact.sum::<f32>()).min(1.0) * smoothstep(2.3, 0.9, off)
        })
        .collect();
    let at = |x: usize, y: usize| coarse[y.min(rows - 1) * columns + x.min(columns - 1)];
    (0..width * height)
        .map(|i| {
            let (x, y) = (i % width, i / width);
            let (left, top) = (x / SHADOW_STEP, y / SHADOW_STEP);
            let share = ((x % SHADOW_STEP) as f32 / SHADOW_STEP as f32, (y % SHADOW_STEP) as f32 / SHADOW_STEP as f32);
            lerp(lerp(at(left, top), at(left + 1, top), share.0), lerp(at(left, top + 1), at(left + 1, top + 1), share.0), share.1)
        })
        .collect()
}
