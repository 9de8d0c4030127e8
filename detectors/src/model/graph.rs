//! The graph of an ONNX file, inspected before the runtime sees it: one pass over the bytes in place, with ceilings. Whatever could read
//! files, run code, or work without a bound is refused here; what only the runtime can tell (types that do not fit, sizes that come
//! about while running) is left to the trial.

use std::collections::{BTreeMap, BTreeSet};

use super::wire::{Value, fields};

/// Most nodes, and most stored tensors.
const NODES_MAX: usize = 20_000;
/// Most numbers of one tensor.
const ELEMENTS_MAX: u64 = 64 << 20;
/// Most axes of a tensor.
const RANK_MAX: usize = 8;
/// Most inputs, outputs or attributes of one node; most ports of the graph beside its stored tensors.
const PORTS_MAX: usize = 1024;

/// Operators of the standard domain that models may use: arithmetic on tensors, without control flow, without text, without randomness,
/// without anything that names a file.
const OPERATORS: &str = " Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast Ceil Clip Concat Constant ConstantOfShape Conv \
    ConvInteger ConvTranspose CumSum DepthToSpace DequantizeLinear Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand \
    Flatten Floor Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GroupNormalization \
    HardSigmoid HardSwish Hardmax Identity InstanceNormalization LRN LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax \
    LpNormalization MatMul MatMulInteger Max MaxPool Mean Min Mish Mod Mul Neg Not Or PRelu Pad Pow QLinearConv QLinearMatMul \
    QuantizeLinear Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum \
    ReduceSumSquare Relu Reshape Resize Round RMSNormalization ScatterElements ScatterND Selu Shape Sigmoid Sign Slice Softmax Softplus \
    Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tanh Tile TopK Transpose Trilu Unsqueeze Upsample Where Xor ";

/// What the inspection found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// What has to be given, stored tensors left out.
    pub inputs: Vec<Port>,
    /// What comes out.
    pub outputs: Vec<Port>,
    /// Operators and how often each is used.
    pub operators: BTreeMap<String, usize>,
    /// Numbers stored in it.
    pub parameters: u64,
}

/// A named tensor that goes in or out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// The code of its element type; 1 = float32.
    pub element: u64,
    /// Its sides; `None` = told at run time.
    pub shape: Vec<Option<u64>>,
}

/// Float32.
pub const FLOAT: u64 = 1;

impl Graph {
    /// Inspects an ONNX file.
    ///
    /// # Errors
    /// A sentence that says what is not allowed, and where it stands.
    pub fn inspect(onnx: &[u8]) -> Result<Self, String> {
        let mut scan = Scan::default();
        let mut graphs = 0;
        fields(onnx, &[1, 7], |number, value| match number {
            7 => {
                graphs += 1;
                scan.graph(value.bytes()?)
            }
            // IR version, producer, domain, model version, text, operator sets, metadata.
            1..=6 | 8 | 14 => Ok(()),
            20 => Err("it carries training information".into()),
            25 => Err("it defines functions of its own; inline them when exporting".into()),
            26 => Err("it is made for several devices".into()),
            number => Err(format!("field {number} of the model is not known")),
        })?;
        if graphs == 0 || scan.nodes == 0 {
            return Err("it has no graph, or an empty one".into());
        }
        scan.inputs.retain(|port| !scan.stored.contains(&port.name));
        Ok(Self { inputs: scan.inputs, outputs: scan.outputs, operators: scan.operators, parameters: scan.parameters })
    }
}

#[derive(Default)]
struct Scan {
    nodes: usize,
    operators: BTreeMap<String, usize>,
    stored: BTreeSet<String>,
    parameters: u64,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

impl Scan {
    fn graph(&mut self, bytes: &[u8]) -> Result<(), String> {
        let mut described = 0;
        fields(bytes, &[2, 10], |number, value| match number {
            1 => self.node(value.bytes()?),
            2 | 10 | 16 => Ok(()),
            5 => {
                let name = self.tensor(value.bytes()?)?;
                self.stored.insert(name);
                if self.stored.len() > NODES_MAX { Err(format!("it stores more than {NODES_MAX} tensors")) } else { Ok(()) }
            }
            11 | 12 => {
                let port = port(value.bytes()?)?;
                let ports = if number == 11 { &mut self.inputs } else { &mut self.outputs };
                ports.push(port);
                if ports.len() > NODES_MAX { Err(format!("it has more than {NODES_MAX} inputs or outputs")) } else { Ok(()) }
            }
            13 => {
                described += 1;
                port(value.bytes()?)?;
                if described > 2 * NODES_MAX { Err("it describes too many values".into()) } else { Ok(()) }
            }
            // What quantisation says of a tensor: names only.
            14 => Ok(()),
            15 => Err("it stores sparse tensors".into()),
            number => Err(format!("field {number} of the graph is not known")),
        })
    }

    fn node(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(format!("it has more than {NODES_MAX} nodes"));
        }
        let (mut name, mut operator, mut domain, mut ports) = ("", "", "", 0);
        let mut attributes = Vec::new();
        fields(bytes, &[3, 4, 6, 7, 8], |number, value| {
            match number {
                1 | 2 => {
                    value.text()?;
                    ports += 1;
                }
                3 => name = value.text()?,
                4 => operator = value.text()?,
                5 => attributes.push(value.bytes()?),
                7 => domain = value.text()?,
                6 | 9 => {}
                8 if value.bytes()?.is_empty() => {}
                8 => return Err("a node uses an overload of a function".into()),
                10 => return Err("a node is made for several devices".into()),
                number => return Err(format!("field {number} of a node is not known")),
            }
            if ports > PORTS_MAX || attributes.len() > PORTS_MAX {
                Err(format!("a node has more than {PORTS_MAX} inputs, outputs or attributes"))
            } else {
                Ok(())
            }
        })?;
        let place = if name.is_empty() { format!("node {}", self.nodes) } else { format!("node `{name}`") };
        if !matches!(domain, "" | "ai.onnx") {
            return Err(format!("{place} uses the operator `{operator}` of the domain `{domain}`; only standard operators are allowed"));
        }
        if operator.is_empty() || operator.contains(' ') || !OPERATORS.contains(&format!(" {operator} ")) {
            let why = if matches!(operator, "If" | "Loop" | "Scan" | "SequenceMap") {
                "control flow is not allowed"
            } else {
                "it is not on the list of allowed operators"
            };
            return Err(format!("{place} uses `{operator}`: {why}"));
        }
        for attribute in attributes {
            self.attribute(attribute).map_err(|error| format!("{place}: {error}"))?;
        }
        *self.operators.entry(operator.to_owned()).or_default() += 1;
        Ok(())
    }

    fn attribute(&mut self, bytes: &[u8]) -> Result<(), String> {
        fields(bytes, &[1, 2, 3, 4, 5, 6, 13, 14, 20, 21, 22], |number, value| match number {
            // Name, numbers, text, its description, its type.
            1..=4 | 7..=9 | 13 | 20 => Ok(()),
            5 | 10 => self.tensor(value.bytes()?).map(|_| ()),
            6 | 11 => Err("an attribute holds a graph of its own".into()),
            14 | 15 => Err("an attribute holds a type".into()),
            21 if value.bytes()?.is_empty() => Ok(()),
            21 => Err("an attribute stands for one of a function".into()),
            22 | 23 => Err("an attribute holds sparse tensors".into()),
            number => Err(format!("field {number} of an attribute is not known")),
        })
    }

    /// A stored tensor; its name.
    fn tensor(&mut self, bytes: &[u8]) -> Result<String, String> {
        let (mut name, mut element, mut sides) = ("", 0, Vec::new());
        let (mut raw, mut listed) = (None, 0u64);
        fields(bytes, &[2, 3, 8, 9, 12, 14], |number, value| {
            match number {
                1 => value.numbers(|side| {
                    sides.push(side);
                    if sides.len() > RANK_MAX { Err(format!("a tensor has more than {RANK_MAX} axes")) } else { Ok(()) }
                })?,
                2 => element = value.number()?,
                3 => return Err("a tensor is stored in segments".into()),
                4 | 10 => {
                    listed += match value {
                        Value::Bytes(bytes) => bytes.len() as u64 / if number == 4 { 4 } else { 8 },
                        _ => 1,
                    }
                }
                5 | 7 | 11 => value.numbers(|_| {
                    listed += 1;
                    Ok(())
                })?,
                6 => return Err("a tensor holds text".into()),
                8 => name = value.text()?,
                9 => raw = Some(value.bytes()?.len() as u64),
                12 | 16 => {}
                13 => return Err(format!("the tensor `{name}` lies in another file; store all weights in the one `.onnx`")),
                14 if value.number()? == 0 => {}
                14 => return Err("a tensor lies in another file; store all weights in the one `.onnx`".into()),
                number => return Err(format!("field {number} of a tensor is not known")),
            }
            Ok(())
        })?;
        let elements = elements(sides.iter().map(|side| Some(*side))).map_err(|error| format!("the tensor `{name}` {error}"))?;
        let Some((bits, parts)) = storage(element) else {
            return Err(format!("the tensor `{name}` has elements of type {element}, which is not allowed"));
        };
        let right = match raw {
            Some(bytes) => listed == 0 && bytes == (elements * bits).div_ceil(8),
            // Small types may be packed several to a number.
            None => listed == elements * parts || (bits < 8 && listed <= elements),
        };
        if !right {
            return Err(format!("the tensor `{name}` does not hold the {elements} numbers that its shape asks for"));
        }
        self.parameters += elements;
        Ok(name.to_owned())
    }
}

/// Bits of an element type as raw bytes, and listed numbers per element.
fn storage(element: u64) -> Option<(u64, u64)> {
    Some(match element {
        1 | 6 | 12 => (32, 1),
        2 | 3 | 9 => (8, 1),
        4 | 5 | 10 | 16 => (16, 1),
        7 | 11 | 13 => (64, 1),
        21 | 22 => (4, 1),
        _ => return None,
    })
}

/// How many numbers a shape has, unknown sides taken as 1.
fn elements(sides: impl Iterator<Item = Option<u64>>) -> Result<u64, String> {
    let too_large = || format!("has more than {ELEMENTS_MAX} numbers");
    sides.flatten().try_fold(1u64, |product, side| {
        product.checked_mul(side).filter(|product| *product <= ELEMENTS_MAX && side <= ELEMENTS_MAX).ok_or_else(too_large)
    })
}

/// A named value and its type.
fn port(bytes: &[u8]) -> Result<Port, String> {
    let (mut name, mut kind) = (String::new(), None);
    fields(bytes, &[1, 2, 3], |number, value| {
        match number {
            1 => name = value.text()?.to_owned(),
            2 => kind = Some(value.bytes()?),
            _ => {}
        }
        Ok(())
    })?;
    let (element, shape) = kind.map_or(Ok((0, Vec::new())), tensor_type).map_err(|error| format!("the value `{name}` {error}"))?;
    elements(shape.iter().copied()).map_err(|error| format!("the value `{name}` {error}"))?;
    Ok(Port { name, element, shape })
}

fn tensor_type(bytes: &[u8]) -> Result<(u64, Vec<Option<u64>>), String> {
    let (mut element, mut shape) = (0, Vec::new());
    fields(bytes, &[1, 6], |number, value| match number {
        1 => fields(value.bytes()?, &[1, 2], |number, value| match number {
            1 => {
                element = value.number()?;
                Ok(())
            }
            2 => fields(value.bytes()?, &[], |number, value| {
                if number == 1 {
                    shape.push(side(value.bytes()?)?);
                }
                if shape.len() > RANK_MAX { Err(format!("has more than {RANK_MAX} axes")) } else { Ok(()) }
            }),
            _ => Ok(()),
        }),
        6 => Ok(()),
        _ => Err("is no tensor".into()),
    })?;
    Ok((element, shape))
}

fn side(bytes: &[u8]) -> Result<Option<u64>, String> {
    let mut side = None;
    fields(bytes, &[1, 2, 3], |number, value| {
        if number == 1 {
            side = Some(value.number()?);
        }
        Ok(())
    })?;
    // Some exporters write a side that is not known as 0 or -1.
    Ok(side.filter(|side| *side > 0 && *side != u64::MAX))
}
