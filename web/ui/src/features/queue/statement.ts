/** The fixed words of a statement of reasons; what the decision says comes from the server in the same language. */

export const STATEMENT_LANGUAGES = ["en", "de", "fr", "es", "it", "nl"] as const;
export type StatementLanguage = (typeof STATEMENT_LANGUAGES)[number];

export interface StatementWords {
  title: string;
  product: string;
  picture: string;
  date: string;
  measured: string;
  allowed: string;
  fix: string;
  rule: string;
  object: string;
  objectHere: string;
  yourWords: string;
  hint: string;
  send: string;
  cancel: string;
  sent: string;
  number: string;
}

export const STATEMENT_WORDS: Record<StatementLanguage, StatementWords> = {
  en: { title: "Statement of reasons", product: "Product", picture: "Picture", date: "Date", measured: "Measured", allowed: "Limit", fix: "What to do", rule: "Rule", object: "How to object", objectHere: "Object to this", yourWords: "Why is this wrong?", hint: "A person reads it, beside the picture.", send: "Send the objection", cancel: "Cancel", sent: "Your objection has come in. A person looks at it.", number: "Its number" },
  de: { title: "Begründung", product: "Produkt", picture: "Bild", date: "Datum", measured: "Gemessen", allowed: "Grenze", fix: "Was zu tun ist", rule: "Regel", object: "Widerspruch", objectHere: "Dem widersprechen", yourWords: "Warum ist das falsch?", hint: "Ein Mensch liest es, neben dem Bild.", send: "Widerspruch senden", cancel: "Abbrechen", sent: "Ihr Widerspruch ist angekommen. Ein Mensch sieht ihn sich an.", number: "Seine Nummer" },
  fr: { title: "Exposé des motifs", product: "Produit", picture: "Image", date: "Date", measured: "Mesuré", allowed: "Limite", fix: "Que faire", rule: "Règle", object: "Contester", objectHere: "Contester ce point", yourWords: "Pourquoi est-ce une erreur ?", hint: "Une personne le lit, à côté de l’image.", send: "Envoyer la contestation", cancel: "Annuler", sent: "Votre contestation est arrivée. Une personne l’examine.", number: "Son numéro" },
  es: { title: "Exposición de motivos", product: "Producto", picture: "Imagen", date: "Fecha", measured: "Medido", allowed: "Límite", fix: "Qué hacer", rule: "Regla", object: "Cómo reclamar", objectHere: "Reclamar esto", yourWords: "¿Por qué es un error?", hint: "Lo lee una persona, junto a la imagen.", send: "Enviar la reclamación", cancel: "Cancelar", sent: "Su reclamación ha llegado. Una persona la examina.", number: "Su número" },
  it: { title: "Motivazione", product: "Prodotto", picture: "Immagine", date: "Data", measured: "Misurato", allowed: "Limite", fix: "Che cosa fare", rule: "Regola", object: "Come opporsi", objectHere: "Opporsi a questo", yourWords: "Perché è sbagliato?", hint: "Lo legge una persona, accanto all’immagine.", send: "Inviare l’opposizione", cancel: "Annulla", sent: "La sua opposizione è arrivata. Una persona la esamina.", number: "Il suo numero" },
  nl: { title: "Motivering", product: "Product", picture: "Afbeelding", date: "Datum", measured: "Gemeten", allowed: "Grens", fix: "Wat te doen", rule: "Regel", object: "Bezwaar maken", objectHere: "Hiertegen bezwaar maken", yourWords: "Waarom klopt dit niet?", hint: "Een mens leest het, naast de afbeelding.", send: "Bezwaar versturen", cancel: "Annuleren", sent: "Uw bezwaar is binnen. Een mens bekijkt het.", number: "Het nummer" },
};
