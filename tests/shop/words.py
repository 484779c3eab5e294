"""The words that the shop's books are made of, French and English.

Everything here is invented for the shop: people, houses, series and sentences of our own.
"""

FIRST_NAMES = {
    "fr": ("Anaïs", "Benoît", "Cécile", "Damien", "Éloïse", "Fabrice", "Gaëlle", "Hélène", "Isaline", "Joël", "Léonie",
           "Maëlle", "Noé", "Océane", "Pacôme", "Rémi", "Solène", "Théophile", "Urbain", "Zoé"),
    "en": ("Alma", "Brendan", "Cora", "Desmond", "Edith", "Fergus", "Gwen", "Howard", "Imogen", "Jasper", "Keira", "Lionel",
           "Maud", "Nigel", "Orla", "Percy", "Rowena", "Silas", "Thea", "Wilfred"),
}
LAST_NAMES = {
    "fr": ("Aubépin", "Bellecombe", "Chênevert", "Delaruelle", "Esnault-Prigent", "Fontgrande", "Grézillac", "Hautcœur",
           "d'Isigneul", "Jolivert", "Kerbrezh", "Lamoureuse", "Mérival", "Noirétable", "Ormevieille", "Pélissandre",
           "Quatrebœufs", "Roquebrune-Vial", "Sauvageot", "Tréhorel", "Valsenestre", "Île-Grande"),
    "en": ("Ashgrove", "Birtwhistle", "Coldbrook", "Dunmarrow", "Eastlake", "Fairweather-Holt", "Greystoke", "Hollowell",
           "Inchbald", "Jessop", "Kettleburn", "Lindqvist", "Marchbanks", "Netherby", "O'Tarragh", "Pemberwick", "Quillfeather",
           "Ravenscar", "Stonebridge", "Thistlewood", "Underhay", "Wrexley"),
}
PUBLISHERS = {
    "fr": ("Éditions du Vieux Phare", "L'Encrier & Fils", "La Pie qui lit", "Presses de l'Orme", "Atelier Sept",
           "Le Quai aux Livres", "Maison Brumaire", "Table d'Écriture (La)", "Hors-Saison", "Papier Bleu"),
    "en": ("Lantern & Crane", "Northmoor Press", "Paper Kite Books", "Hollow Oak", "The Ferry House", "Quire & Co.",
           "Saltmarsh", "Tenth Street Editions", "Old Mill Press", "Wren & Wold"),
}
COLLECTIONS = {
    "fr": ("Petite Vigie", "Les Inédits", "Poche du Phare", "Nuit d'encre", "Grandes Heures", "Passerelles", "Écrits d'ailleurs"),
    "en": ("Harbour Classics", "Pocket Crane", "New Voices", "The Long Shelf", "Night Reading", "Field Notes"),
}
SERIES = {
    "fr": ("Les Chroniques de Valmorte", "L'Archipel des Cendres", "Les Enquêtes du commissaire Louvet", "La Saga des Marais",
           "Le Cycle des horlogers", "Mémoires d'une comète"),
    "en": ("The Harrowgate Files", "Songs of the Ninth Tide", "The Clockwright Saga", "Inspector Bramley Investigates",
           "Tales from Low Water", "The Ember Courts"),
}
NOUNS = {
    "fr": ("la Rivière", "l'Horloge", "le Jardin", "la Forêt", "l'Étoile", "le Phare", "la Maison", "le Silence", "l'Été",
           "la Lettre", "le Voyageur", "l'Île", "le Carnet", "la Tempête", "le Musée", "l'Atelier", "la Frontière", "le Vœu"),
    "en": ("the River", "the Clock", "the Garden", "the Forest", "the Star", "the Lighthouse", "the House", "the Silence",
           "the Summer", "the Letter", "the Traveller", "the Island", "the Notebook", "the Storm", "the Museum", "the Forge"),
}
QUALITIES = {
    "fr": ("oublié", "sans fin", "d'à côté", "de Noël", "aux mille portes", "à l'envers", "de cendre", "du bout du monde",
           "des brumes", "en hiver", "qui attendait", "de papier", "& autres nouvelles", "à la fenêtre"),
    "en": ("of Ash", "without End", "Next Door", "at Midnight", "of a Thousand Doors", "in Winter", "of Paper", "& Other Stories",
           "Beyond the Fog", "That Waited", "Upside Down", "by the Window", "in the North"),
}
OPENINGS = {
    "fr": ("Quand {name} revient à {place}, rien n'est plus à sa place.",
           "À {place}, on ne parle plus de {thing} depuis la disparition de {name}.",
           "{name} croyait connaître {place} ; une lettre va tout changer.",
           "Tout commence par {thing}, retrouvé un matin de brume à {place}."),
    "en": ("When {name} comes home to {place}, nothing is where it was left.",
           "Nobody in {place} speaks of {thing} since {name} went missing.",
           "{name} thought {place} held no more secrets; one letter changes that.",
           "It begins with {thing}, found one foggy morning in {place}."),
}
MIDDLES = {
    "fr": ("De fil en aiguille, l'enquête remonte jusqu'à {thing}.", "Entre deux trains, une amitié naît, fragile et têtue.",
           "Il faudra traverser l'hiver, la peur et « les on-dit » pour comprendre.",
           "Le passé, lui, n'a pas dit son dernier mot.", "Chacun garde sa version, et toutes se contredisent.",
           "{name} note tout dans un carnet que personne ne doit lire.", "Un cœur simple, une œuvre inachevée, 1 000 détours."),
    "en": ("One clue after another leads back to {thing}.", "Between two trains a friendship grows, frail and stubborn.",
           "Getting there means crossing winter, fear and what “they” say.", "The past, however, has not finished talking.",
           "Everyone has a version of that night – no two agree.", "{name} writes it all down in a notebook nobody may read.",
           "A plain heart, an unfinished work, and 1,000 detours."),
}
ENDINGS = {
    "fr": ("Un livre tendre et précis, écrit à hauteur d'enfance.", "Un récit haletant, jusqu'à la dernière page.",
           "Une fresque où l'on rit autant que l'on tremble.", "Prix 5 < 10 € : un petit format qui voyage partout."),
    "en": ("A tender, exact book, written at a child's height.", "A breathless tale, to the very last page.",
           "A broad canvas where one laughs as often as one shivers.", "Small enough to travel & large enough to stay."),
}
PLACES = {
    "fr": ("Saint-Aubry", "Port-Écluse", "Montfaulin", "Brumeville", "La Chaise-aux-Loups", "Vézerac"),
    "en": ("Low Harrow", "Saltby", "Kingsmere", "Drumlin Bay", "Fernhollow", "Upper Tarn"),
}
THINGS = {
    "fr": ("la vieille horloge", "un piano désaccordé", "le phare éteint", "une photographie brûlée", "le coffre du notaire",
           "la clé du théâtre"),
    "en": ("the old clock", "a piano out of tune", "the unlit lighthouse", "a burnt photograph", "the lawyer's chest",
           "the key of the theatre"),
}
SECTIONS = {
    "fr": {"Littérature": ("Romans", "Nouvelles", "Théâtre", "Poésie"), "Policier": ("Enquêtes", "Romans noirs", "Thrillers"),
           "Imaginaire": ("Science-fiction", "Fantasy", "Fantastique"), "Jeunesse": ("Albums", "Premières lectures", "Ados"),
           "Histoire & société": ("Antiquité", "Moyen Âge", "Époque contemporaine"),
           "Vie pratique": ("Cuisine", "Jardin", "Bien-être"), "Arts": ("Musique", "Cinéma", "Peinture"),
           "Voyage": ("Récits de voyage", "Guides")},
    "en": {"Fiction": ("Novels", "Short stories", "Classics"), "Crime": ("Detectives", "Noir", "Thrillers & suspense"),
           "Fantasy & SF": ("Epic fantasy", "Space", "Dystopia"), "Children": ("Picture books", "Early readers", "Teens"),
           "History": ("Ancient", "Medieval", "Modern"), "Living": ("Food & drink", "Gardens"),
           "Science": ("Nature", "Astronomy", "Mathematics")},
}
SUBJECTS = {
    "fr": ("Premiers romans", "Prix des libraires", "Petits formats", "Bord de mer", "Humour", "Grands caractères"),
    "en": ("Debuts", "Prize winners", "Small formats", "Seaside", "Humour", "Large print"),
}
FORMATS = ("Poche", "Grand Format", "Beau Livre", "Album")
BINDINGS = ("Broché", "Relié")
