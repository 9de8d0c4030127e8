//! ONNX files written byte by byte: as small as can be, and as wrong as a test wants them.

/// The wire format: fields one after another.
#[derive(Debug, Clone, Default)]
pub struct Message(pub Vec<u8>);

impl Message {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn number(mut self, field: u64, number: u64) -> Self {
        varint(&mut self.0, field << 3);
        varint(&mut self.0, number);
        self
    }

    pub fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        varint(&mut self.0, field << 3 | 2);
        varint(&mut self.0, bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    pub fn message(self, field: u64, message: &Message) -> Self {
        self.bytes(field, &message.0)
    }

    pub fn messages(self, field: u64, messages: &[Message]) -> Self {
        messages.iter().fold(self, |whole, message| whole.message(field, message))
    }

    pub fn float(mut self, field: u64, number: f32) -> Self {
        varint(&mut self.0, field << 3 | 5);
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }
}

fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

pub const FLOAT: u64 = 1;
pub const INT64: u64 = 7;

/// A node of the standard domain.
pub fn node(operator: &str, inputs: &[&str], outputs: &[&str], attributes: &[Message]) -> Message {
    let node = inputs.iter().fold(Message::new(), |node, input| node.text(1, input));
    outputs.iter().fold(node, |node, output| node.text(2, output)).text(4, operator).messages(5, attributes)
}

pub fn int(name: &str, number: i64) -> Message {
    Message::new().text(1, name).number(3, number as u64).number(20, 2)
}

pub fn ints(name: &str, numbers: &[i64]) -> Message {
    numbers.iter().fold(Message::new().text(1, name), |attribute, number| attribute.number(8, *number as u64)).number(20, 7)
}

/// An attribute that holds a tensor.
pub fn tensor_attribute(name: &str, tensor: &Message) -> Message {
    Message::new().text(1, name).message(5, tensor).number(20, 4)
}

pub fn floats(name: &str, shape: &[u64], numbers: &[f32]) -> Message {
    let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    tensor(name, shape, FLOAT).bytes(9, &raw)
}

pub fn int64s(name: &str, numbers: &[i64]) -> Message {
    let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    tensor(name, &[numbers.len() as u64], INT64).bytes(9, &raw)
}

/// A tensor without its numbers.
pub fn tensor(name: &str, shape: &[u64], element: u64) -> Message {
    shape.iter().fold(Message::new(), |tensor, side| tensor.number(1, *side)).number(2, element).text(8, name)
}

/// A value of the graph; side 0 = told at run time.
pub fn value(name: &str, element: u64, shape: &[u64]) -> Message {
    let side = |side: &u64| if *side == 0 { Message::new().text(2, "n") } else { Message::new().number(1, *side) };
    let shape = shape.iter().fold(Message::new(), |shape, number| shape.message(1, &side(number)));
    let kind = Message::new().message(1, &Message::new().number(1, element).message(2, &shape));
    Message::new().text(1, name).message(2, &kind)
}

pub fn graph(nodes: &[Message], stored: &[Message], inputs: &[Message], outputs: &[Message]) -> Message {
    Message::new().messages(1, nodes).text(2, "g").messages(5, stored).messages(11, inputs).messages(12, outputs)
}

pub fn model(graph: &Message) -> Message {
    Message::new().number(1, 8).message(7, graph).message(8, &Message::new().text(1, "").number(2, 17))
}

/// The input that all drawn models have: batch, 3, 8, 8.
pub fn image() -> Message {
    value("image", FLOAT, &[0, 3, 8, 8])
}

pub fn scores() -> Message {
    value("scores", FLOAT, &[0, 3])
}

/// Mean of each channel.
pub fn means() -> Vec<Message> {
    vec![node("GlobalAveragePool", &["image"], &["pooled"], &[]), node("Flatten", &["pooled"], &["scores"], &[int("axis", 1)])]
}

/// The model that is right: mean of each channel.
pub fn good() -> Message {
    model(&graph(&means(), &[], &[image()], &[scores()]))
}

/// A small net of convolutions over the same input and output, with weights that look trained.
pub fn convolutions(width: u64, layers: usize) -> Message {
    convolutions_at(8, width, layers)
}

/// The same over pictures of another size; the first convolution halves it twice.
pub fn convolutions_at(side: u64, width: u64, layers: usize) -> Message {
    let strides = if side > 8 { 4 } else { 1 };
    let mut seed = 1u32;
    let mut weights = |name: &str, shape: &[u64], scale: f32| {
        let count: u64 = shape.iter().product();
        let numbers: Vec<f32> = (0..count)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((seed >> 8) as f32 / 8_388_608.0 - 1.0) * scale
            })
            .collect();
        floats(name, shape, &numbers)
    };
    let (mut nodes, mut stored) = (Vec::new(), Vec::new());
    let mut before = ("image".to_owned(), 3);
    for layer in 0..layers {
        let [weight, summed, lit] = ["w", "c", "r"].map(|kind| format!("{kind}{layer}"));
        stored.push(weights(&weight, &[width, before.1, 3, 3], (2.0 / (9.0 * before.1 as f32)).sqrt()));
        nodes.push(node(
            "Conv",
            &[&before.0, &weight],
            &[&summed],
            &[ints("pads", &[1, 1, 1, 1]), ints("strides", &[if layer == 0 { strides } else { 1 }; 2])],
        ));
        nodes.push(node("Relu", &[&summed], &[&lit], &[]));
        before = (lit, width);
    }
    stored.push(weights("last", &[width, 3], 0.5));
    nodes.push(node("GlobalAveragePool", &[&before.0], &["pooled"], &[]));
    nodes.push(node("Flatten", &["pooled"], &["flat"], &[int("axis", 1)]));
    nodes.push(node("MatMul", &["flat", "last"], &["scores"], &[]));
    model(&graph(&nodes, &stored, &[value("image", FLOAT, &[0, 3, side, side])], &[scores()]))
}

/// A manifest that fits these models.
pub fn manifest(onnx: &[u8]) -> String {
    format!(
        "name: drawn\ntitle: Drawn by a test\nmodel: drawn.onnx\nmodel_sha256: {}\nlicence: MIT\ncard: drawn.md\n\
         input: {{name: image, layout: nchw, color: rgb, width: 8, height: 8, resize: stretch, mean: [128, 128, 128], std: [64, 64, 64], batch: dynamic}}\n\
         signals:\n  - name: drawn_score\n    kind: number\n    range: [0, 1]\n    doc: A test's own.\n    output: scores\n    steps:\n      - index: 0\n      - sigmoid\n",
        sha256(onnx)
    )
}

pub fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
