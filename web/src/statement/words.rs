//! The words of a statement in the languages that sellers read; what a rule itself says comes from its pack.

use vitrine_engine::Action;
use vitrine_rules::Role;

/// All fixed words in one language.
pub struct Words {
    /// As `lang` of the page.
    pub code: &'static str,
    /// Heading of the page.
    pub heading: &'static str,
    /// Who decided.
    pub by: &'static str,
    /// Nothing was done to the picture.
    pub nothing: &'static str,
    /// Label of the product's id.
    pub product: &'static str,
    /// Of the picture's id.
    pub picture: &'static str,
    /// Of the day.
    pub date: &'static str,
    /// Of what was done.
    pub done: &'static str,
    /// Of what was measured.
    pub measured: &'static str,
    /// Of what is allowed.
    pub allowed: &'static str,
    /// Of the evidence.
    pub evidence: &'static str,
    /// Of what to do.
    pub fix: &'static str,
    /// Heading of the form.
    pub object: &'static str,
    /// How objecting goes.
    pub how_to_object: &'static str,
    /// Of the form's text field.
    pub your_words: &'static str,
    /// Of its button.
    pub send: &'static str,
    /// The objection has come.
    pub thanks: &'static str,
    not_shown: &'static str,
    not_main: &'static str,
    not_gallery: &'static str,
    review: &'static str,
    demote: &'static str,
    fix_of: &'static str,
    source: &'static str,
    automatic: &'static str,
}

/// The words of a language, `de` or `de-AT`; English where it is not known.
pub fn words(language: &str) -> &'static Words {
    let code = language.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    ALL.iter().find(|words| words.code == code).unwrap_or(&ALL[0])
}

impl Words {
    /// What was done to a picture because of one rule.
    pub fn done_by(&self, action: &Action, roles: &[Role]) -> String {
        match action {
            Action::Suppress => match roles {
                [Role::Main] => self.not_main.to_owned(),
                [Role::Gallery] => self.not_gallery.to_owned(),
                _ => self.not_shown.to_owned(),
            },
            Action::Review => self.review.to_owned(),
            Action::Demote(points) => self.demote.replace("{}", &number(*points)),
            Action::Tag(_) => String::new(),
        }
    }

    /// Where the rule comes from and how the picture was judged.
    pub fn evidence_of(&self, source: &str, checked: &str) -> String {
        format!("{} {}", self.automatic, self.source.replacen("{}", source, 1).replacen("{}", checked, 1))
    }

    /// What the seller can do.
    pub fn fix_of(&self, title: &str) -> String {
        self.fix_of.replacen("{}", title, 1)
    }
}

/// At most three decimals.
pub fn number(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

static ALL: [Words; 6] = [
    Words {
        code: "en",
        heading: "Statement of reasons",
        by: "Decided automatically by rules",
        nothing: "Nothing stands against this picture.",
        product: "Product",
        picture: "Picture",
        date: "Date",
        done: "What was done",
        measured: "Measured",
        allowed: "Allowed",
        evidence: "What this rests on",
        fix: "What to do",
        object: "Object",
        how_to_object: "If you think that this is wrong, write why. A person will look at the picture and your words; you need no account and pay nothing.",
        your_words: "Why is this wrong?",
        send: "Send the objection",
        thanks: "Your objection has arrived. A person will look at it.",
        not_shown: "The picture is not shown.",
        not_main: "The picture is not used as the main picture.",
        not_gallery: "The picture is not shown beside the main picture.",
        review: "The picture waits until a person has looked at it.",
        demote: "The picture is placed further back ({} points off).",
        fix_of: "Send a picture that fulfils: {}.",
        source: "The rule comes from: {} (read on {}).",
        automatic: "The picture was measured by a program.",
    },
    Words {
        code: "de",
        heading: "Begründung der Entscheidung",
        by: "Automatisch nach Regeln entschieden",
        nothing: "Gegen dieses Bild spricht nichts.",
        product: "Produkt",
        picture: "Bild",
        date: "Datum",
        done: "Was geschehen ist",
        measured: "Gemessen",
        allowed: "Erlaubt",
        evidence: "Worauf das beruht",
        fix: "Was zu tun ist",
        object: "Widersprechen",
        how_to_object: "Wenn Sie das für falsch halten, schreiben Sie, warum. Ein Mensch sieht sich das Bild und Ihre Worte an; Sie brauchen dafür kein Konto und zahlen nichts.",
        your_words: "Warum ist das falsch?",
        send: "Widerspruch senden",
        thanks: "Ihr Widerspruch ist angekommen. Ein Mensch sieht ihn sich an.",
        not_shown: "Das Bild wird nicht gezeigt.",
        not_main: "Das Bild wird nicht als Hauptbild verwendet.",
        not_gallery: "Das Bild wird nicht neben dem Hauptbild gezeigt.",
        review: "Das Bild wartet, bis ein Mensch es angesehen hat.",
        demote: "Das Bild steht weiter hinten ({} Punkte Abzug).",
        fix_of: "Senden Sie ein Bild, das dies erfüllt: {}.",
        source: "Die Regel stammt aus: {} (gelesen am {}).",
        automatic: "Das Bild wurde von einem Programm vermessen.",
    },
    Words {
        code: "fr",
        heading: "Exposé des motifs",
        by: "Décision prise automatiquement selon des règles",
        nothing: "Rien ne s’oppose à cette image.",
        product: "Produit",
        picture: "Image",
        date: "Date",
        done: "Ce qui a été fait",
        measured: "Mesuré",
        allowed: "Autorisé",
        evidence: "Sur quoi cela repose",
        fix: "Que faire",
        object: "Contester",
        how_to_object: "Si vous pensez que c’est une erreur, écrivez pourquoi. Une personne regardera l’image et lira votre message ; aucun compte n’est nécessaire et c’est gratuit.",
        your_words: "Pourquoi est-ce une erreur ?",
        send: "Envoyer la contestation",
        thanks: "Votre contestation est arrivée. Une personne va l’examiner.",
        not_shown: "L’image n’est pas affichée.",
        not_main: "L’image n’est pas utilisée comme image principale.",
        not_gallery: "L’image n’est pas affichée à côté de l’image principale.",
        review: "L’image attend qu’une personne l’ait regardée.",
        demote: "L’image est placée plus loin ({} points de moins).",
        fix_of: "Envoyez une image qui respecte ceci : {}.",
        source: "La règle provient de : {} (lu le {}).",
        automatic: "L’image a été mesurée par un programme.",
    },
    Words {
        code: "es",
        heading: "Exposición de motivos",
        by: "Decidido automáticamente según reglas",
        nothing: "Nada se opone a esta imagen.",
        product: "Producto",
        picture: "Imagen",
        date: "Fecha",
        done: "Qué se ha hecho",
        measured: "Medido",
        allowed: "Permitido",
        evidence: "En qué se basa",
        fix: "Qué hacer",
        object: "Reclamar",
        how_to_object: "Si cree que es un error, escriba por qué. Una persona mirará la imagen y leerá su mensaje; no necesita cuenta y es gratuito.",
        your_words: "¿Por qué es un error?",
        send: "Enviar la reclamación",
        thanks: "Su reclamación ha llegado. Una persona la examinará.",
        not_shown: "La imagen no se muestra.",
        not_main: "La imagen no se usa como imagen principal.",
        not_gallery: "La imagen no se muestra junto a la imagen principal.",
        review: "La imagen espera a que una persona la haya mirado.",
        demote: "La imagen se coloca más atrás ({} puntos menos).",
        fix_of: "Envíe una imagen que cumpla lo siguiente: {}.",
        source: "La regla procede de: {} (leído el {}).",
        automatic: "La imagen fue medida por un programa.",
    },
    Words {
        code: "it",
        heading: "Motivazione della decisione",
        by: "Deciso automaticamente secondo regole",
        nothing: "Nulla si oppone a questa immagine.",
        product: "Prodotto",
        picture: "Immagine",
        date: "Data",
        done: "Che cosa è stato fatto",
        measured: "Misurato",
        allowed: "Consentito",
        evidence: "Su che cosa si basa",
        fix: "Che cosa fare",
        object: "Contestare",
        how_to_object: "Se pensa che sia un errore, scriva perché. Una persona guarderà l’immagine e leggerà il suo messaggio; non serve un account ed è gratuito.",
        your_words: "Perché è un errore?",
        send: "Invia la contestazione",
        thanks: "La sua contestazione è arrivata. Una persona la esaminerà.",
        not_shown: "L’immagine non viene mostrata.",
        not_main: "L’immagine non viene usata come immagine principale.",
        not_gallery: "L’immagine non viene mostrata accanto a quella principale.",
        review: "L’immagine attende che una persona l’abbia guardata.",
        demote: "L’immagine è collocata più indietro ({} punti in meno).",
        fix_of: "Invii un’immagine che rispetti quanto segue: {}.",
        source: "La regola proviene da: {} (letto il {}).",
        automatic: "L’immagine è stata misurata da un programma.",
    },
    Words {
        code: "nl",
        heading: "Motivering van de beslissing",
        by: "Automatisch volgens regels beslist",
        nothing: "Niets pleit tegen deze foto.",
        product: "Product",
        picture: "Foto",
        date: "Datum",
        done: "Wat er is gedaan",
        measured: "Gemeten",
        allowed: "Toegestaan",
        evidence: "Waarop dit berust",
        fix: "Wat u kunt doen",
        object: "Bezwaar maken",
        how_to_object: "Als u denkt dat dit niet klopt, schrijf dan waarom. Een mens bekijkt de foto en leest uw bericht; u hebt geen account nodig en het is gratis.",
        your_words: "Waarom klopt dit niet?",
        send: "Bezwaar verzenden",
        thanks: "Uw bezwaar is aangekomen. Een mens bekijkt het.",
        not_shown: "De foto wordt niet getoond.",
        not_main: "De foto wordt niet als hoofdfoto gebruikt.",
        not_gallery: "De foto wordt niet naast de hoofdfoto getoond.",
        review: "De foto wacht tot een mens hem heeft bekeken.",
        demote: "De foto staat verder naar achteren ({} punten eraf).",
        fix_of: "Stuur een foto die hieraan voldoet: {}.",
        source: "De regel komt uit: {} (gelezen op {}).",
        automatic: "De foto is door een programma gemeten.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_in_its_own_words() {
        for one in &ALL {
            for text in [
                one.done_by(&Action::Suppress, &[Role::Main]),
                one.done_by(&Action::Demote(12.5), &[]),
                one.fix_of("X"),
                one.evidence_of("S", "D"),
            ] {
                assert!(!text.is_empty() && !text.contains("{}"), "{}: {text}", one.code);
            }
            for other in ALL.iter().filter(|other| other.code != one.code) {
                assert!(one.heading != other.heading && one.how_to_object != other.how_to_object && one.review != other.review);
            }
            assert!(one.done_by(&Action::Demote(12.5), &[]).contains("12.5"));
        }
    }

    #[test]
    fn a_regional_language_is_its_language_and_an_unknown_one_english() {
        for (asked, code) in [("de", "de"), ("de-AT", "de"), ("FR", "fr"), ("nl_BE", "nl"), ("pl", "en"), ("", "en")] {
            assert_eq!(words(asked).code, code);
        }
    }
}
