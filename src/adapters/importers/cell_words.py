"""What people write into the cells of their tables, in many languages."""

YES = (
    "yes y true t x v ok on seen watched done ✓ ✔ ☑ ✅ 👁 ❤ ❤️ ♥ ♥️ sì si vero visto ja"
    " wahr gesehen oui vrai vu sí verdadero verdad sim verdadeiro gezien waar tak prawda"
    " obejrzane да истина просмотрено evet doğru izlendi sann sand sant kyllä tosi ano"
    " pravda igen igaz ναι αληθές はい 済 예 是 हाँ"
)
NO = (
    "no n false f ✗ ✘ ☐ ❌ ⬜ unseen unwatched off falso nein falsch non faux não nee"
    " onwaar nie fałsz нет ложь hayır yanlış nej nei falsk falskt ei epätosi ne nepravda"
    " nem hamis όχι ψευδές いいえ 아니요 否 नहीं"
)

# A cell that says that there is nothing to say.
UNKNOWN = (
    "n/a|na|n.a.|nan|nat|null|nil|none|unknown|not rated|unrated|no rating|tbd|?|??|???|-"
    "|--|---|–|—|/|.|…|#n/a|#n/d|#nv|sconosciuto|ignoto|nessuno|n.d.|nd|unbekannt|keine"
    "|k.a.|inconnu|aucun|desconocido|ninguno|s/d|desconhecido|nenhum|onbekend|geen"
    "|nieznany|brak|неизвестно|нет данных|bilinmiyor|yok|okänd|ukendt|ukjent|tuntematon"
    "|neznámý|ismeretlen|άγνωστο|不明|なし|未知|无|미상|없음|0000-00-00"
    "|0000-00-00 00:00:00"
)

# Rows that sum up the rows above them. The films of these titles have a year or a day.
TOTALS = (
    "total|totals|grand total|subtotal|sub total|sum|summary|average|avg|mean|median|count"
    "|number of films|total films|total movies|films total|average rating|total watched"
    "|min|max|minimum|maximum|totale|totali|somma|media|conteggio|totale film|voto medio"
    "|gesamt|summe|insgesamt|gesamtsumme|durchschnitt|mittelwert|anzahl|somme"
    "|total général|moyenne|nombre|suma|promedio|cuenta|soma|média|contagem|totaal|som"
    "|gemiddelde|aantal|razem|łącznie|średnia|liczba|итого|всего|сумма|среднее|количество"
    "|разом|всього|toplam|ortalama|sayı|totalt|summa|medel|genomsnitt|antal|i alt"
    "|gennemsnit|snitt|gjennomsnitt|antall|yhteensä|keskiarvo|lukumäärä|celkem|součet"
    "|průměr|počet|összesen|összeg|átlag|darab|σύνολο|άθροισμα|μέσος όρος|πλήθος|合計|平均"
    "|総計|総数|총계|합계|평균|总计|合计|平均值|कुल|औसत"
)

# Parts of a type that is no film, by which the row is skipped. Film types hold none of them.
NO_FILM_TYPES = (
    "series|serie|serial|episode|episod|folge|staffel|season|stagione|saison|temporada"
    "|sezon|сериал|серия|сезон|серіал|dizi|bölüm|sarja|jakso|seriál|epizoda|sorozat|σειρά"
    "|επεισόδιο|ドラマ|드라마|电视剧|電視劇|धारावाहिक|podcast|manga|comic|game|gioco|jeu vidéo"
    "|videospiel|juego|jogo|книга|trailer|teaser|promo|featurette|recap|bonus clip|tv show"
    "|tvshow|anime tv|book|album|song"
)
# Whole types that are no film.
NO_FILM_TYPES_WHOLE = "tv|show|shows|hook|clip|bumper|programme|program"
SHORT_TYPES = (
    "short|cortometraggio|corto|kurzfilm|court métrage|court-métrage|cortometraje|curta"
)

# Statuses of films that were not seen, or not to their end.
NOT_SEEN = (
    "planned|planning|plan to watch|ptw|watchlist|watch list|on watchlist|to watch"
    "|want to watch|wishlist|wish list|wish|backlog|queued|queue|todo|to do|to-do"
    "|not started|not watched|not seen|unwatched|unseen|upcoming|not released|skipped"
    "|dropped|abandoned|stopped|on hold|on-hold|onhold|paused|in progress|watching"
    "|currently watching|started|da vedere|non visto|in corso|interrotto|abbandonato"
    "|geplant|noch nicht gesehen|nicht gesehen|ungesehen|abgebrochen|läuft|à voir|pas vu"
    "|non vu|en cours|abandonné|pendiente|por ver|no visto|viendo|abandonada|abandonado"
    "|para ver|não visto|assistindo|te zien|niet gezien|bezig|do obejrzenia|nieobejrzane"
    "|w trakcie|porzucone|в планах|запланировано|буду смотреть|смотрю|брошено"
    "|не просмотрено|отложено|izlenecek|izlenmedi|yarıda bırakıldı|att se|ej sett|vil se"
    "|ikke set|ikke sett|katsomatta|k vidění|neviděno|megnézendő|nem láttam|θα δω|見たい"
    "|未視聴|볼 예정|想看|在看|搁置|抛弃"
)
