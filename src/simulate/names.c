#include "simulate/identity.h"

/* Made-up people need names as they are met: accents in both Unicode forms (one José and one Núñez are decomposed),
 * apostrophes, hyphens, spaces, right-to-left and non-Latin scripts. The second form goes into addresses. */
/* Several names a line. */
/* clang-format off */
#define N(text, plain) {sizeof(text), sizeof(plain) - 1, text ",", plain}

static const struct lka_name french_female[] = {
    N("Élodie", "elodie"), N("Chloé", "chloe"), N("Léa", "lea"), N("Zoé", "zoe"), N("Inès", "ines"),
    N("Anaïs", "anais"), N("Maëlle", "maelle"), N("Noémie", "noemie"), N("Océane", "oceane"),
    N("Camille", "camille"), N("Manon", "manon"), N("Sarah", "sarah"), N("Julie", "julie"), N("Marie", "marie"),
    N("Sophie", "sophie"), N("Claire", "claire"), N("Hélène", "helene"), N("Françoise", "francoise"),
    N("Monique", "monique"), N("Sylvie", "sylvie"), N("Nathalie", "nathalie"), N("Isabelle", "isabelle"),
    N("Céline", "celine"), N("Aurélie", "aurelie"), N("Émilie", "emilie"), N("Pauline", "pauline"),
    N("Margaux", "margaux"), N("Juliette", "juliette"), N("Lucie", "lucie"), N("Alice", "alice"), N("Jade", "jade"),
    N("Louise", "louise"), N("Anne-Sophie", "annesophie"), N("Marie-Claire", "marieclaire"),
    N("Thérèse", "therese"), N("Geneviève", "genevieve"), N("Odile", "odile"), N("Solène", "solene"),
    N("Gaëlle", "gaelle"), N("Clémence", "clemence"),
};

static const struct lka_name french_male[] = {
    N("Louis", "louis"), N("Gabriel", "gabriel"), N("Raphaël", "raphael"), N("Hugo", "hugo"), N("Lucas", "lucas"),
    N("Léo", "leo"), N("Jules", "jules"), N("Adam", "adam"), N("Théo", "theo"), N("Mathéo", "matheo"),
    N("Noël", "noel"), N("Nathan", "nathan"), N("Clément", "clement"), N("Maxime", "maxime"),
    N("Antoine", "antoine"), N("Nicolas", "nicolas"), N("Julien", "julien"), N("Jérôme", "jerome"),
    N("Sébastien", "sebastien"), N("Frédéric", "frederic"), N("François", "francois"), N("Jean-Luc", "jeanluc"),
    N("Jean-Pierre", "jeanpierre"), N("Michel", "michel"), N("Alain", "alain"), N("Philippe", "philippe"),
    N("Gérard", "gerard"), N("Thierry", "thierry"), N("Didier", "didier"), N("Stéphane", "stephane"),
    N("Cédric", "cedric"), N("Loïc", "loic"), N("Benoît", "benoit"), N("Gaëtan", "gaetan"), N("Rémi", "remi"),
    N("Étienne", "etienne"), N("Hervé", "herve"), N("André", "andre"), N("Joël", "joel"), N("Anaël", "anael"),
};

static const struct lka_name french_last[] = {
    N("Martin", "martin"), N("Bernard", "bernard"), N("Thomas", "thomas"), N("Petit", "petit"),
    N("Robert", "robert"), N("Richard", "richard"), N("Durand", "durand"), N("Dubois", "dubois"),
    N("Moreau", "moreau"), N("Laurent", "laurent"), N("Simon", "simon"), N("Michel", "michel"),
    N("Lefèvre", "lefevre"), N("Leroy", "leroy"), N("Roux", "roux"), N("David", "david"), N("Bertrand", "bertrand"),
    N("Morel", "morel"), N("Fournier", "fournier"), N("Girard", "girard"), N("Bonnet", "bonnet"),
    N("Dupont", "dupont"), N("Lambert", "lambert"), N("Fontaine", "fontaine"), N("Rousseau", "rousseau"),
    N("Vincent", "vincent"), N("Müller", "muller"), N("Lefebvre", "lefebvre"), N("Faure", "faure"),
    N("André", "andre"), N("Mercier", "mercier"), N("Blanc", "blanc"), N("Guérin", "guerin"), N("Boyer", "boyer"),
    N("Garnier", "garnier"), N("Chevalier", "chevalier"), N("François", "francois"), N("Legrand", "legrand"),
    N("Gauthier", "gauthier"), N("Garcia", "garcia"), N("Perrin", "perrin"), N("Robin", "robin"),
    N("Clément", "clement"), N("Morin", "morin"), N("Nicolas", "nicolas"), N("Henry", "henry"),
    N("Roussel", "roussel"), N("Mathieu", "mathieu"), N("Gautier", "gautier"), N("Masson", "masson"),
    N("Marchand", "marchand"), N("Duval", "duval"), N("Denis", "denis"), N("Dumont", "dumont"), N("Marie", "marie"),
    N("Lemaire", "lemaire"), N("Noël", "noel"), N("Meyer", "meyer"), N("Dufour", "dufour"), N("Meunier", "meunier"),
    N("Brun", "brun"), N("Blanchard", "blanchard"), N("Giraud", "giraud"), N("Joly", "joly"),
    N("Rivière", "riviere"), N("Lucas", "lucas"), N("Brunet", "brunet"), N("Gaillard", "gaillard"),
    N("Barbier", "barbier"), N("Arnaud", "arnaud"), N("Martínez", "martinez"), N("Gérard", "gerard"),
    N("Roche", "roche"), N("Renard", "renard"), N("Schmitt", "schmitt"), N("Roy", "roy"), N("Leroux", "leroux"),
    N("Colin", "colin"), N("Vidal", "vidal"), N("Caron", "caron"), N("Peltier", "peltier"), N("Fabre", "fabre"),
    N("Aubert", "aubert"), N("D'Almeida", "dalmeida"), N("Lévêque", "leveque"), N("Delacroix", "delacroix"),
    N("Saint-Martin", "saintmartin"), N("Vandenberghe", "vandenberghe"), N("Janssens", "janssens"),
    N("Peeters", "peeters"), N("Dubuisson", "dubuisson"),
};

static const struct lka_name english_female[] = {
    N("Olivia", "olivia"), N("Amelia", "amelia"), N("Isla", "isla"), N("Ava", "ava"), N("Mia", "mia"),
    N("Ivy", "ivy"), N("Lily", "lily"), N("Emily", "emily"), N("Grace", "grace"), N("Freya", "freya"),
    N("Charlotte", "charlotte"), N("Sophie", "sophie"), N("Jessica", "jessica"), N("Ella", "ella"),
    N("Evie", "evie"), N("Poppy", "poppy"), N("Alice", "alice"), N("Daisy", "daisy"), N("Florence", "florence"),
    N("Harriet", "harriet"), N("Margaret", "margaret"), N("Susan", "susan"), N("Linda", "linda"),
    N("Patricia", "patricia"), N("Karen", "karen"), N("Helen", "helen"), N("Julie", "julie"), N("Sharon", "sharon"),
    N("Tracey", "tracey"), N("Claire", "claire"), N("Emma", "emma"), N("Laura", "laura"), N("Hannah", "hannah"),
    N("Rebecca", "rebecca"), N("Gemma", "gemma"), N("Rachel", "rachel"), N("Zoë", "zoe"), N("Chloë", "chloe"),
    N("Siân", "sian"), N("Aoife", "aoife"),
};

static const struct lka_name english_male[] = {
    N("Oliver", "oliver"), N("George", "george"), N("Harry", "harry"), N("Noah", "noah"), N("Jack", "jack"),
    N("Leo", "leo"), N("Arthur", "arthur"), N("Oscar", "oscar"), N("Charlie", "charlie"), N("Muhammad", "muhammad"),
    N("Thomas", "thomas"), N("Henry", "henry"), N("William", "william"), N("Alfie", "alfie"), N("Joshua", "joshua"),
    N("Freddie", "freddie"), N("Archie", "archie"), N("Theo", "theo"), N("Isaac", "isaac"), N("Edward", "edward"),
    N("David", "david"), N("John", "john"), N("Michael", "michael"), N("Peter", "peter"), N("Robert", "robert"),
    N("Stephen", "stephen"), N("Paul", "paul"), N("Andrew", "andrew"), N("Mark", "mark"),
    N("Christopher", "christopher"), N("James", "james"), N("Matthew", "matthew"), N("Daniel", "daniel"),
    N("Simon", "simon"), N("Jonathan", "jonathan"), N("Nicholas", "nicholas"), N("Seán", "sean"), N("Rhys", "rhys"),
    N("Callum", "callum"), N("Gareth", "gareth"),
};

static const struct lka_name english_last[] = {
    N("Smith", "smith"), N("Jones", "jones"), N("Taylor", "taylor"), N("Brown", "brown"), N("Williams", "williams"),
    N("Wilson", "wilson"), N("Johnson", "johnson"), N("Davies", "davies"), N("Robinson", "robinson"),
    N("Wright", "wright"), N("Thompson", "thompson"), N("Evans", "evans"), N("Walker", "walker"),
    N("White", "white"), N("Roberts", "roberts"), N("Green", "green"), N("Hall", "hall"), N("Wood", "wood"),
    N("Jackson", "jackson"), N("Clarke", "clarke"), N("Patel", "patel"), N("Khan", "khan"), N("Lewis", "lewis"),
    N("James", "james"), N("Phillips", "phillips"), N("Mason", "mason"), N("Mitchell", "mitchell"),
    N("Rose", "rose"), N("Davis", "davis"), N("Rodríguez", "rodriguez"), N("Cox", "cox"),
    N("Alexander", "alexander"), N("Ward", "ward"), N("Turner", "turner"), N("Hill", "hill"), N("Cooper", "cooper"),
    N("Morris", "morris"), N("Moore", "moore"), N("Clark", "clark"), N("Lee", "lee"), N("King", "king"),
    N("Baker", "baker"), N("Harrison", "harrison"), N("Morgan", "morgan"), N("Allen", "allen"),
    N("Watson", "watson"), N("Scott", "scott"), N("Bennett", "bennett"), N("Gray", "gray"), N("Simpson", "simpson"),
    N("Marshall", "marshall"), N("Collins", "collins"), N("Murphy", "murphy"), N("Ellis", "ellis"),
    N("Bell", "bell"), N("Shaw", "shaw"), N("Webb", "webb"), N("O'Brien", "obrien"), N("O'Connor", "oconnor"),
    N("McDonald", "mcdonald"), N("Campbell", "campbell"), N("Stewart", "stewart"), N("Anderson", "anderson"),
    N("Kelly", "kelly"), N("Hughes", "hughes"), N("Edwards", "edwards"), N("Parker", "parker"), N("Cook", "cook"),
    N("Bailey", "bailey"), N("Reid", "reid"), N("Singh", "singh"), N("Begum", "begum"), N("Ali", "ali"),
    N("Ahmed", "ahmed"), N("Chapman", "chapman"), N("Butler", "butler"), N("Barnes", "barnes"),
    N("Fisher", "fisher"), N("Stevens", "stevens"), N("Palmer", "palmer"), N("Holmes", "holmes"), N("Hunt", "hunt"),
    N("Grant", "grant"), N("Fox", "fox"), N("Dean", "dean"), N("Brontë", "bronte"), N("Smith-Jones", "smithjones"),
    N("Llewellyn", "llewellyn"),
};

static const struct lka_name elsewhere_female[] = {
    N("Łucja", "lucja"), N("Agnieszka", "agnieszka"), N("Søs", "sos"), N("Ingrid", "ingrid"), N("Åsa", "asa"),
    N("Işıl", "isil"), N("Şule", "sule"), N("Željka", "zeljka"), N("Zuzana", "zuzana"), N("Škaiste", "skaiste"),
    N("Maria", "maria"), N("Conceição", "conceicao"), N("Begoña", "begona"), N("Lucía", "lucia"),
    N("Ελένη", "eleni"), N("Σοφία", "sofia"), N("Ольга", "olga"), N("Наталья", "natalya"), N("Ірина", "iryna"),
    N("فاطمة", "fatima"), N("مريم", "maryam"), N("יעל", "yael"), N("美咲", "misaki"), N("陽子", "yoko"),
    N("王芳", "fang"), N("지우", "jiwoo"), N("Thảo", "thao"), N("Ngọc", "ngoc"), N("Priya", "priya"),
    N("Lakshmi", "lakshmi"), N("Amina", "amina"), N("Fatou", "fatou"), N("Ayşe", "ayse"), N("Đurđa", "durda"),
};

static const struct lka_name elsewhere_male[] = {
    N("Łukasz", "lukasz"), N("Paweł", "pawel"), N("Søren", "soren"), N("Jürgen", "juergen"), N("Björn", "bjorn"),
    N("Åke", "ake"), N("Oğuz", "oguz"), N("Çağlar", "caglar"), N("Željko", "zeljko"), N("Jiří", "jiri"),
    N("Ștefan", "stefan"), N("João", "joao"), N("Iñaki", "inaki"), N("José", "jose"), N("Γιώργος", "giorgos"),
    N("Νίκος", "nikos"), N("Дмитрий", "dmitri"), N("Иван", "ivan"), N("Олексій", "oleksiy"), N("محمد", "mohammed"),
    N("يوسف", "youssef"), N("משה", "moshe"), N("健太", "kenta"), N("翔", "sho"), N("张伟", "wei"), N("민준", "minjun"),
    N("Dũng", "dung"), N("Đức", "duc"), N("Arjun", "arjun"), N("Ravi", "ravi"), N("Mamadou", "mamadou"),
    N("Ousmane", "ousmane"), N("Mehmet", "mehmet"), N("Đorđe", "dorde"),
};

static const struct lka_name elsewhere_last[] = {
    N("Kowalski", "kowalski"), N("Wiśniewska", "wisniewska"), N("Nowak", "nowak"), N("Dvořák", "dvorak"),
    N("Novák", "novak"), N("Kovács", "kovacs"), N("Nagy", "nagy"), N("Szabó", "szabo"), N("Popescu", "popescu"),
    N("Ionescu", "ionescu"), N("Østergaard", "ostergaard"), N("Sørensen", "sorensen"), N("Hansen", "hansen"),
    N("Ångström", "angstrom"), N("Virtanen", "virtanen"), N("Müller", "mueller"), N("Groß", "gross"),
    N("Yılmaz", "yilmaz"), N("Öztürk", "ozturk"), N("Çelik", "celik"), N("Παπαδόπουλος", "papadopoulos"),
    N("Иванов", "ivanov"), N("Смирнова", "smirnova"), N("Шевченко", "shevchenko"), N("Gonçalves", "goncalves"),
    N("Núñez", "nunez"), N("Fernández", "fernandez"), N("Ibáñez", "ibanez"), N("حسن", "hassan"), N("علي", "ali"),
    N("כהן", "cohen"), N("佐藤", "sato"), N("鈴木", "suzuki"), N("王", "wang"), N("李", "li"), N("김", "kim"),
    N("Nguyễn", "nguyen"), N("Trần", "tran"), N("Sharma", "sharma"), N("Kumar", "kumar"), N("Diallo", "diallo"),
    N("Traoré", "traore"), N("N'Diaye", "ndiaye"), N("O'Reilly", "oreilly"), N("da Silva", "dasilva"),
    N("van Dijk", "vandijk"), N("Jovanović", "jovanovic"), N("Đorđević", "dordevic"),
};

#undef N
/* clang-format on */

#define LIST(names)                            \
    {                                          \
        names, sizeof(names) / sizeof *(names) \
    }

const struct lka_name_list lka_name_lists[LKA_NAME_GROUPS][LKA_NAME_PARTS] = {
    {LIST(french_female), LIST(french_male), LIST(french_last)},
    {LIST(english_female), LIST(english_male), LIST(english_last)},
    {LIST(elsewhere_female), LIST(elsewhere_male), LIST(elsewhere_last)}};
