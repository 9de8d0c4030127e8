//! What each part of the pages is: headings, paragraphs, cells of tables. It is what a screen reader reads.

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

/// A node of the tree, by its place.
pub type Place = usize;

/// What a part is.
#[derive(Debug, Clone)]
pub enum Part {
    /// Parts that belong together.
    Section,
    /// A heading of a level from 1.
    Heading(u16, String),
    /// A paragraph.
    Paragraph,
    /// A list.
    List,
    /// An entry of it.
    Entry,
    /// What the entry says.
    Body,
    /// A table.
    Table,
    /// Its rows of titles.
    Head,
    /// Its other rows.
    Rows,
    /// A row.
    Row,
    /// The title of a column.
    ColumnTitle,
    /// The title of a row.
    RowTitle,
    /// A cell.
    Cell,
    /// A picture, with what it shows in words.
    Figure(String),
}

/// The tree as it grows.
#[derive(Default)]
pub struct Tree {
    nodes: Vec<Grown>,
    roots: Vec<Place>,
}

struct Grown {
    part: Part,
    children: Vec<Child>,
}

enum Child {
    Part(Place),
    Content(Identifier),
}

impl Tree {
    /// A new part within another, behind all that is in it.
    pub fn add(&mut self, within: Option<Place>, part: Part) -> Place {
        let place = self.nodes.len();
        self.nodes.push(Grown { part, children: Vec::new() });
        match within.and_then(|within| self.nodes.get_mut(within)) {
            Some(parent) => parent.children.push(Child::Part(place)),
            None => self.roots.push(place),
        }
        place
    }

    /// Content of a part.
    pub fn fill(&mut self, place: Place, content: Identifier) {
        if let Some(node) = self.nodes.get_mut(place) {
            node.children.push(Child::Content(content));
        }
    }

    /// The tree as it is written.
    pub fn finish(mut self) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
        for root in std::mem::take(&mut self.roots) {
            if let Some(group) = self.group(root) {
                tree.push(group);
            }
        }
        tree
    }

    /// Parts without content are left out, but for cells: a row has as many as its table has columns.
    fn group(&mut self, place: Place) -> Option<TagGroup> {
        let node = self.nodes.get_mut(place)?;
        let children = std::mem::take(&mut node.children);
        let kind = kind(&node.part);
        let keep = matches!(node.part, Part::Cell | Part::RowTitle | Part::ColumnTitle);
        let children: Vec<Node> = children
            .into_iter()
            .filter_map(|child| match child {
                Child::Part(place) => self.group(place).map(Node::from),
                Child::Content(content) => Some(content.into()),
            })
            .collect();
        (keep || !children.is_empty()).then(|| TagGroup::with_children(kind, children))
    }
}

fn kind(part: &Part) -> TagKind {
    match part {
        Part::Section => Tag::Section.into(),
        Part::Heading(level, title) => Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(title.clone())).into(),
        Part::Paragraph => Tag::P.into(),
        Part::List => Tag::L(ListNumbering::None).into(),
        Part::Entry => Tag::LI.into(),
        Part::Body => Tag::LBody.into(),
        Part::Table => Tag::Table.into(),
        Part::Head => Tag::THead.into(),
        Part::Rows => Tag::TBody.into(),
        Part::Row => Tag::TR.into(),
        Part::ColumnTitle => Tag::TH(TableHeaderScope::Column).into(),
        Part::RowTitle => Tag::TH(TableHeaderScope::Row).into(),
        Part::Cell => Tag::TD.into(),
        Part::Figure(alt) => Tag::Figure(Some(alt.clone())).into(),
    }
}
