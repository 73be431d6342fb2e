"""How people call the columns of a table of films, by what the column holds.

Of the names of a field the first that the file has is taken: an own rating before one that
may be anybody's, a day of watching before a bare date. Names are compared without case,
accents, blanks and punctuation. A column of averages or of another site's ratings is in none.
"""

FIELDS = {
    "title": (
        "title|film title|movie title|movie name|film name|name|film|movie|titolo"
        "|titolo film|nome film|titolo italiano|titel|filmtitel|deutscher titel|titre"
        "|titre du film|titre français|nom du film|título|titulo|nombre|película"
        "|título da película|título da obra|filme|nome do filme|filmtitel nederlands"
        "|filmnaam|tytuł|tytuł polski|tytuł filmu|nazwa filmu|название|название фильма"
        "|фильм|русское название|имя|назва|назва фільму|film adı|filmin adı|başlık|adı"
        "|isim|filmnamn|svensk titel|filmnavn|tittel|navn|nimi|elokuva|elokuvan nimi"
        "|nimeke|název|název filmu|názov|cím|film címe|magyar cím|τίτλος|ταινία|タイトル"
        "|作品名|映画|映画名|題名|邦題|제목|영화|영화 제목|영화명|标题|標題|片名|电影"
        "|电影名|電影|电影名称|影片|名称|शीर्षक|फ़िल्म|फिल्म|original title"
        "|titolo originale|originaltitel|titre original|título original|originele titel"
        "|tytuł oryginalny|оригинальное название|orijinal adı|originalnavn|originaltittel"
        "|alkuperäinen nimi|originální název|eredeti cím|原題|원제|原名"
    ),
    "year": (
        "year|release year|film year|movie year|year of release|released year"
        "|production year|anno|anno di uscita|anno di produzione|jahr|erscheinungsjahr"
        "|produktionsjahr|année|annee|année de sortie|année de production|año|ano"
        "|año de estreno|ano de lançamento|jaar|jaar van uitgave|rok|rok produkcji"
        "|rok premiery|год|год выпуска|рік|yıl|yılı|yapım yılı|år|utgivningsår"
        "|utgivelsesår|udgivelsesår|vuosi|julkaisuvuosi|rok vydání|év|megjelenés éve|έτος"
        "|χρονιά|年|公開年|製作年|제작연도|연도|개봉연도|年份|上映年份|वर्ष"
    ),
    "rating": (
        "your rating|my rating|user rating|personal rating|own rating|my score|your score"
        "|my stars|your stars|my vote|mio voto|il mio voto|tuo voto|voto personale"
        "|meine bewertung|deine bewertung|eigene bewertung|ma note|votre note|mi nota"
        "|mi puntuación|tu voto|tu nota|minha nota|minha avaliação|mijn cijfer"
        "|mijn beoordeling|moja ocena|twoja ocena|моя оценка|ваша оценка|моя оцінка|puanım"
        "|benim puanım|mitt betyg|min bedømmelse|min vurdering|min karakter|oma arvosana"
        "|moje hodnocení|saját értékelés|értékelésem|η βαθμολογία μου|自分の評価|내 평점"
        "|我的评分|我的評分|个人评分|rating|ratings|rating 1 10|rating out of 10"
        "|rating out of 5|stars|star rating|score|vote|grade|mark|voto|voti|valutazione"
        "|punteggio|stelle|giudizio|bewertung|wertung|note|sterne|punkte|évaluation"
        "|étoiles|nota|puntuación|calificación|valoración|estrellas|avaliação"
        "|classificação|estrelas|beoordeling|cijfer|waardering|score 10|sterren|ocena"
        "|gwiazdki|оценка|рейтинг|оцінка|puan|not|değerlendirme|yıldız|betyg|bedømmelse"
        "|karakter|vurdering|terningkast|arvosana|arvio|tähdet|hodnocení|hodnotenie"
        "|értékelés|osztályzat|βαθμολογία|評価|点数|星|평점|별점|평가|评分|評分|打分|星级"
        "|रेटिंग"
    ),
    "rating10": "rating10",
    "watched": (
        "watched date|watched on|watched at|date watched|watch date|viewing date"
        "|date viewed|view date|viewed on|date seen|seen on|seen date|when watched"
        "|last watched|last watched at|data visione|data di visione|visto il|visto in data"
        "|data visto|giorno visione|gesehen am|angesehen am|datum gesehen|sichtungsdatum"
        "|gesehen|sehdatum|vu le|date de visionnage|date de vision|date vu|regardé le"
        "|visionné le|visto el|fecha de visionado|fecha visto|fecha vista"
        "|fecha de visualización|vista el|assistido em|data assistido|data em que assisti"
        "|data de visualização|visto em|gezien op|bekeken op|datum bekeken|kijkdatum"
        "|data obejrzenia|obejrzano|obejrzane|data oglądania|дата просмотра|просмотрено"
        "|просмотрен|когда посмотрел|дата перегляду|переглянуто|izleme tarihi"
        "|izlenme tarihi|izlendi|izlediğim tarih|datum sedd|sedd|sågs|såg den"
        "|visningsdatum|set den|dato set|sett den|dato sett|sett|katsottu|katselupäivä"
        "|katsomispäivä|zhlédnuto|datum zhlédnutí|viděno|pozreté|megnézve"
        "|megtekintés dátuma|láttam|mikor láttam|ημερομηνία προβολής|ημερομηνία θέασης"
        "|είδα|鑑賞日|視聴日|観た日|見た日|鑑賞日時|감상일|시청일|관람일|본 날짜|观看日期"
        "|觀看日期|观影日期|观看时间|看过日期|देखने की तिथि|watched|seen|viewed|visto|vu"
        "|gezien|vista|assistido"
    ),
    "date": (
        "date|day|data|datum|giorno|tag|jour|fecha|día|dia|dag|dzień|дата|день|tarih|gün"
        "|dato|päivä|päivämäärä|pvm|dátum|den|nap|ημερομηνία|日付|日時|날짜|일자|日期|时间"
        "|दिनांक|तिथि"
    ),
    "imdb": "imdb|imdb id|imdb url|imdb link|tt|const|tconst|imdb uri",
    "tmdb": "tmdb|tmdb id|tmdb movie id|the movie db id|themoviedb id",
    "wikidata": "wikidata|wikidata id|wikidata item",
    "letterboxd": "letterboxd uri|letterboxd url|letterboxd link|letterboxd",
    "directors": (
        "directors|director|directed by|director s|regista|registi|regia|regie|regisseur"
        "|regisseure|regisseurin|réalisateur|réalisateurs|réalisatrice|réalisation"
        "|réalisé par|directores|dirección|directora|dirigida por|diretor|diretores"
        "|realizador|direção|realização|regisseurs|reżyser|reżyseria|режиссер|режиссёр"
        "|режиссеры|режисер|yönetmen|yönetmenler|regissör|regissörer|regi|instruktør"
        "|instruktører|regissør|ohjaaja|ohjaajat|ohjaus|režie|režisér|réžia|rendező"
        "|rendezők|rendezte|σκηνοθέτης|σκηνοθεσία|監督|감독|导演|導演|निर्देशक"
    ),
    "actors": (
        "actors|actor|cast|starring|stars|actors cast|attori|interpreti|schauspieler"
        "|darsteller|besetzung|acteurs|acteurs principaux|distribution|casting|actores"
        "|reparto|intérpretes|atores|elenco|acteurs en actrices|cast acteurs|aktorzy"
        "|obsada|актеры|актёры|в ролях|актори|oyuncular|skådespelare|medvirkende"
        "|skuespillere|näyttelijät|hrají|herci|szereplők|színészek|ηθοποιοί|出演|キャスト"
        "|俳優|배우|출연|演员|演員|主演|अभिनेता|कलाकार"
    ),
    "genres": (
        "genres|genre|genere|generi|genero|géneros|género|gênero|gêneros|gatunek|gatunki"
        "|жанр|жанры|жанри|tür|türü|türler|genrer|sjanger|lajityyppi|lajityypit|žánr|žánry"
        "|žáner|műfaj|műfajok|είδος|ジャンル|장르|类型|類型|शैली"
    ),
    "duration": (
        "duration|runtime|runtime mins|runtime min|runtime minutes|minutes|length"
        "|running time|length min|duration min|durata|durata min|minuti|laufzeit|dauer"
        "|länge|filmlänge|minuten|laufzeit min|durée|durée min|duración|duración min"
        "|minutos|duração|speelduur|duur|lengte|czas trwania|czas|длительность"
        "|продолжительность|время|хронометраж|тривалість|süre|süresi|speltid|längd"
        "|varaktighed|spilletid|varighet|lengde|kesto|pituus|délka|stopáž|dĺžka|hossz"
        "|játékidő|időtartam|διάρκεια|上映時間|時間|러닝타임|상영시간|片长|片長|时长|अवधि"
    ),
    "type": (
        "type|title type|media type|content type|item type|mediatype|media|kind|category"
        "|tipo|tipo di titolo|tipologia|typ|titeltyp|medientyp|art|type de titre|catégorie"
        "|categoría|categoria|soort|rodzaj|тип|тип контента|türü tip|tyyppi|druh|típus"
        "|τύπος|種類|種別|유형|종류|类别|類別|प्रकार|supplemental video type"
    ),
    "status": (
        "status|watch status|state|list|shelf|stato|statut|état|estado|situação|stan"
        "|статус|durum|tila|stav|állapot|κατάσταση|ステータス|状態|상태|状态|狀態|स्थिति"
    ),
    "seen": (
        "watched|seen|is watched|is seen|have seen|watched y n|seen y n|viewed|visto|vista"
        "|gesehen|vu|gezien|assistido|obejrzane|просмотрено|переглянуто|izlendi|sedd|set"
        "|sett|katsottu|viděno|megnézve|láttam|είδα|視聴済み|鑑賞済み|已看|看过|봤음|देखी"
    ),
    "season": "season|season number|stagione|staffel|saison|temporada|sezon|сезон",
    "episode": "episode|episode number|episode title|episodio|folge|épisode|episódio"
    "|odcinek|серия",
    "rewatch": (
        "rewatch|rewatched|re watch|is rewatch|rewatch y n|repeat|seen before|rivisto"
        "|rivisione|già visto|wiederholung|wieder gesehen|revu|revisionnage|revisto"
        "|revista|reassistido|repetida|herbekeken|opnieuw gezien|powtórka"
        "|obejrzane ponownie|пересмотр|повторный просмотр|tekrar|tekrar izleme|omtitt"
        "|gensyn|gjensyn|uusinta|znovu|újranézés|επανάληψη|再鑑賞|재관람|重看|二刷"
    ),
    "liked": (
        "liked|like|favorite|favourite|favorited|loved|heart|mi piace|piaciuto|preferito"
        "|gefällt mir|gefällt|favorit|lieblingsfilm|aimé|favori|coup de cœur|me gusta"
        "|favorito|favorita|gostei|curtido|favoriet|ulubiony|ulubione|нравится|избранное"
        "|любимое|улюблене|beğendim|beğenilen|favori mi|gillar|favoritt|suosikki|oblíbené"
        "|kedvenc|αγαπημένο|お気に入り|좋아요|喜欢|最爱"
    ),
    "tags": (
        "tags|tag|labels|label|etichette|etichetta|schlagwörter|schlagworte|étiquettes"
        "|mots clés|etiquetas|etiqueta|marcadores|trefwoorden|labels nl|tagi|etykiety|теги"
        "|тэги|метки|etiketler|etiket|taggar|etiketter|tunnisteet|avainsanat|štítky|címkék"
        "|címke|ετικέτες|タグ|태그|标签|標籤|टैग"
    ),
    "review": (
        "review|reviews|review text|my review|notes|comment|comments|remarks|thoughts"
        "|recensione|recensioni|commento|commenti|rezension|kritik|kommentar|kommentare"
        "|notizen|notiz|anmerkung|anmerkungen|bemerkung|critique|commentaire|commentaires"
        "|notes personnelles|remarques|avis|reseña|crítica|comentario|comentarios|notas"
        "|opinión|resenha|comentário|comentários|anotações|opinião|recensie|opmerkingen"
        "|opmerking|notities|recenzja|komentarz|uwagi|notatki|рецензия|отзыв|комментарий"
        "|заметки|примечания|рецензія|коментар|нотатки|yorum|yorumlar|notlar|inceleme"
        "|recension|anteckningar|kommentarer|anmeldelse|noter|anmeldelser|notater"
        "|arvostelu|muistiinpanot|kommentti|recenze|poznámka|poznámky|komentář|vélemény"
        "|megjegyzés|jegyzetek|kritika|κριτική|σχόλια|σημειώσεις|レビュー|感想|メモ"
        "|コメント|리뷰|감상평|메모|评论|影评|短评|笔记|備註|备注|समीक्षा|टिप्पणी"
    ),
    "place": (
        "place|location|where|venue|cinema|theater|theatre|watched at place|watched where"
        "|luogo|dove|sala|ort|kino|wo|wo gesehen|lieu|où|cinéma|salle|lugar|dónde|cine"
        "|onde|local|plaats|waar|locatie|bioscoop|miejsce|gdzie|место|где|кинотеатр|місце"
        "|yer|nerede|sinema|plats|var|biograf|bio|sted|hvor|biograf dk|paikka|missä"
        "|elokuvateatteri|místo|kde|hely|hol|mozi|τόπος|πού|場所|映画館|장소|영화관|地点"
        "|地點|影院|स्थान"
    ),
    "company": (
        "company|with|watched with|with whom|companions|con chi|visto con|compagnia|con"
        "|mit|mit wem|gesehen mit|avec|avec qui|vu avec|con quién|visto con es|compañía"
        "|com quem|com|companhia|met|met wie|gezien met|z kim|с кем|з ким|kiminle|med"
        "|med vem|sammen med|med hvem|kenen kanssa|kanssa|s kým|kivel|με ποιον|μαζί με"
        "|誰と|함께 본 사람|누구와|和谁|同伴"
    ),
}
