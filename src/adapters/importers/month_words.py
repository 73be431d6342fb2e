"""The months and the days of the week in the languages that people write days in.

Short forms are there where they are no other month's in another of these languages.
"""

# January to December.
MONTHS = (
    "january jan gennaio gen januar janvier janv enero ene janeiro januari stycznia sty"
    " styczeń января янв январь січня січень ocak oca tammikuuta tammi tammikuu ledna led"
    " leden januára január ιανουαρίου ιαν ιανουάριος ianuarie जनवरी",
    "february feb febbraio februar février févr fév febrero fevereiro fev februari lutego"
    " luty lut февраля фев февраль лютого лютий şubat şub helmikuuta helmi helmikuu února"
    " únor úno februára február febr φεβρουαρίου φεβ φεβρουάριος februarie फ़रवरी",
    "march mar marzo märz mrz mars março maart mrt marca marzec марта мар март березня"
    " березень mart maaliskuuta maalis maaliskuu března březen bře marec március márc"
    " μαρτίου μαρ μάρτιος martie मार्च",
    "april apr aprile avril avr abril abr kwietnia kwiecień kwi апреля апр апрель квітня"
    " квітень nisan nis huhtikuuta huhti huhtikuu dubna duben dub apríla április ápr"
    " απριλίου απρ απρίλιος aprilie अप्रैल",
    "may maggio mag mai mayo maio mei maja maj мая май травня травень mayıs toukokuuta"
    " touko toukokuu května květen kvě mája máj május μαΐου μαι μάιος मई",
    "june jun giugno giu juni juin junio junho czerwca czerwiec cze июня июн июнь червня"
    " червень haziran haz kesäkuuta kesä kesäkuu června červen čvn júna jún június ιουνίου"
    " ιουν ιούνιος iunie iun जून",
    "july jul luglio lug juli juillet juil julio julho lipca lipiec lip июля июл июль"
    " липня липень temmuz tem heinäkuuta heinä heinäkuu července červenec čvc júla júl"
    " július ιουλίου ιουλ ιούλιος iulie iul जुलाई",
    "august aug agosto ago août augustus sierpnia sierpień sie августа авг август серпня"
    " серпень ağustos ağu augusti elokuuta elo elokuu srpna srpen srp augusta augusztus"
    " αυγούστου αυγ αύγουστος अगस्त",
    "september sep sept settembre set septembre septiembre setembro września wrzesień wrz"
    " сентября сен сент сентябрь вересня вересень eylül eyl syyskuuta syys syyskuu září"
    " zář septembra szeptember szept σεπτεμβρίου σεπ σεπτέμβριος septembrie सितंबर",
    "october oct ottobre ott oktober okt octobre octubre outubro out października"
    " październik paź октября окт октябрь жовтня жовтень ekim eki lokakuuta loka lokakuu"
    " října říjen říj októbra október οκτωβρίου οκτ οκτώβριος octombrie अक्टूबर",
    "november nov novembre noviembre novembro listopada listopad lis ноября ноя нояб"
    " ноябрь листопада листопад kasım kas marraskuuta marras marraskuu listopadu novembra"
    " νοεμβρίου νοε νοέμβριος noiembrie नवंबर",
    "december dec dicembre dic dezember dez décembre déc diciembre dezembro grudnia"
    " grudzień gru декабря дек декабрь грудня грудень aralık ara desember des joulukuuta"
    " joulu joulukuu prosince prosinec pro decembra δεκεμβρίου δεκ δεκέμβριος decembrie"
    " दिसंबर",
)

WEEKDAYS = (
    "mar monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu"
    " thur thurs fri sat sun lunedì martedì mercoledì giovedì venerdì sabato domenica lun"
    " mer gio ven sab dom montag dienstag mittwoch donnerstag freitag samstag sonnabend"
    " sonntag mo di mi do fr sa so lundi mardi mercredi jeudi vendredi samedi dimanche jeu"
    " sam dim lunes martes miércoles jueves viernes sábado domingo mié jue vie segunda"
    " terça quarta quinta sexta feira seg ter qua qui sex maandag dinsdag woensdag"
    " donderdag vrijdag zaterdag zondag ma wo vr za zo poniedziałek wtorek środa czwartek"
    " piątek sobota niedziela pon wt śr czw pt sob niedz понедельник вторник среда четверг"
    " пятница суббота воскресенье пн вт ср чт пт сб вс понеділок вівторок середа четвер"
    " субота неділя pazartesi salı çarşamba perşembe cuma cumartesi pazar pzt çar per cum"
    " cmt paz måndag tisdag onsdag torsdag fredag lördag söndag mån tis ons tors fre lör"
    " sön mandag tirsdag lørdag søndag man tirs lør søn maanantai tiistai keskiviikko"
    " torstai perjantai lauantai sunnuntai ti ke to pe la su maanantaina tiistaina"
    " keskiviikkona torstaina perjantaina lauantaina sunnuntaina pondělí úterý čtvrtek"
    " pátek neděle po út st čt pá ne hétfő kedd szerda csütörtök péntek szombat vasárnap"
    " Δευτέρα Τρίτη Τετάρτη Πέμπτη Παρασκευή Σάββατο Κυριακή δευ τρι τετ πεμ παρ σαβ κυρ"
    " luni marți miercuri joi vineri sâmbătă duminică सोमवार मंगलवार बुधवार गुरुवार"
    " शुक्रवार शनिवार रविवार"
)

# Words that stand between the parts of a day and say nothing.
FILLERS = (
    "of the on at de del di do den der dem le el il à a à las alle um kl klo v o г года р року"
)
