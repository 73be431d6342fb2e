// The page with the notices of the sources.

export default {
  en: {
    title: "Film data and posters",
    text: "Facts about films and their posters come from you and from the sources that this server asks. These are their terms.",
    wikidata: "Its data are in the public domain (CC0 1.0).",
    commons: "Its posters have authors and licences of their own. The details of a film lead to the page of its poster, which names them.",
    tmdb: "Its data and posters are for use that is not commercial.",
    imdb: "Its data are for personal use that is not commercial.",
  },
  it: {
    title: "Dati e locandine dei film",
    text: "I dati sui film e le locandine vengono da te e dalle fonti a cui questo server chiede. Queste sono le loro condizioni.",
    wikidata: "I suoi dati sono di pubblico dominio (CC0 1.0).",
    commons: "Le sue locandine hanno autori e licenze proprie. I dettagli di un film portano alla pagina della locandina, che li nomina.",
    tmdb: "I suoi dati e le sue locandine sono per un uso non commerciale.",
    imdb: "I suoi dati sono per un uso personale e non commerciale.",
  },
};
