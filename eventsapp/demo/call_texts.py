"""What the sample call and its proposals say. Organizations, people and proposals are invented; countries are real ones.

Short texts are in six languages; sentences of summaries are in English, with a shorter form in the others.
"""

from __future__ import annotations

from eventsapp.demo.texts import six
from eventsapp.organizations.enums import MemberRole

NAME = six(
    "Sample Climate Forum",
    "Forum climat d’exemple",
    "Foro del Clima de Muestra",
    "منتدى المناخ النموذجي",
    "示例气候论坛",
    "Климатический форум-образец",
)
CITY = six("Port Example", "Port-Exemple", "Puerto Ejemplo", "ميناء المثال", "范例港", "Порт-Пример")
DESCRIPTION = six(
    "Sample data: a forum that does not exist, with a call for side events, the proposals to it, their review and what "
    "follows.\n\nIts organizations, people and proposals are **invented**.",
    "Données d’exemple : un forum qui n’existe pas, avec un appel à événements parallèles, les propositions reçues, leur "
    "évaluation et la suite.\n\nSes organisations, personnes et propositions sont **inventées**.",
    "Datos de muestra: un foro que no existe, con una convocatoria de eventos paralelos, las propuestas recibidas, su "
    "evaluación y lo que sigue.\n\nSus organizaciones, personas y propuestas son **inventadas**.",
    "بيانات نموذجية: منتدى لا وجود له، فيه دعوة لتقديم فعاليات جانبية ومقترحات وتقييمها وما يليها.\n\n"
    "المنظمات والأشخاص والمقترحات فيه **خيالية**.",
    "示例数据：一个并不存在的论坛，包括边会征集、收到的提案、评审及后续环节。\n\n其中的组织、人物和提案均为**虚构**。",
    "Образцы данных: несуществующий форум с приёмом заявок на параллельные мероприятия, заявками, их оценкой и тем, что "
    "следует дальше.\n\nОрганизации, люди и заявки **вымышлены**.",
)
TYPES = [
    ("plenary", six("Plenary meeting", "Séance plénière", "Sesión plenaria", "جلسة عامة", "全体会议", "Пленарное заседание"), 90, 120, 1),
    ("side-event", six("Side event", "Événement parallèle", "Evento paralelo", "فعالية جانبية", "边会", "Параллельное мероприятие"), 20, 90, 3),
]  # fmt: skip
OPENING = six("Opening of the forum", "Ouverture du forum", "Apertura del foro", "افتتاح المنتدى", "论坛开幕", "Открытие форума")  # fmt: skip
VENUE = six("Harbour Hall", "Palais du port", "Centro del Puerto", "قاعة الميناء", "海港会堂", "Портовый зал")
ROOMS = [
    ("harbour", six("Harbour Room", "Salle du port", "Sala del Puerto", "قاعة المرفأ", "海港厅", "Портовая комната"), 220),
    ("lagoon", six("Lagoon Room", "Salle de la lagune", "Sala de la Laguna", "قاعة البحيرة", "潟湖厅", "Лагуна"), 160),
    ("dune", six("Dune Room", "Salle des dunes", "Sala de las Dunas", "قاعة الكثبان", "沙丘厅", "Дюна"), 120),
    ("cedar", six("Cedar Room", "Salle du cèdre", "Sala del Cedro", "قاعة الأرز", "雪松厅", "Кедр"), 100),
    ("reef", six("Reef Room", "Salle du récif", "Sala del Arrecife", "قاعة الشعاب", "珊瑚厅", "Риф"), 80),
    ("glacier", six("Glacier Room", "Salle du glacier", "Sala del Glaciar", "قاعة الجليد", "冰川厅", "Ледник"), 60),
]  # fmt: skip
CONSTITUENCIES = [
    ("parties", six("Governments", "Gouvernements", "Gobiernos", "الحكومات", "政府", "Правительства")),
    ("environment", six("Environmental organizations", "Organisations de l’environnement", "Organizaciones ambientales", "المنظمات البيئية", "环保组织", "Экологические организации")),
    ("business", six("Business and industry", "Entreprises", "Empresas", "قطاع الأعمال", "工商界", "Бизнес")),
    ("research", six("Research", "Recherche", "Investigación", "البحث العلمي", "研究界", "Наука")),
    ("youth", six("Youth", "Jeunesse", "Juventud", "الشباب", "青年", "Молодёжь")),
]  # fmt: skip

THEMES = [
    ("adaptation", six("Adaptation", "Adaptation", "Adaptación", "التكيف", "适应", "Адаптация")),
    ("energy", six("Energy", "Énergie", "Energía", "الطاقة", "能源", "Энергетика")),
    ("water", six("Water", "Eau", "Agua", "المياه", "水", "Вода")),
    ("nature", six("Nature and oceans", "Nature et océans", "Naturaleza y océanos", "الطبيعة والمحيطات", "自然与海洋", "Природа и океаны")),
    ("finance", six("Climate finance", "Financement climatique", "Financiación climática", "تمويل المناخ", "气候资金", "Климатическое финансирование")),
    ("health", six("Health and food", "Santé et alimentation", "Salud y alimentación", "الصحة والغذاء", "健康与粮食", "Здоровье и продовольствие")),
]  # fmt: skip

# theme, title, two sentences of a summary in English
TOPICS = [
    ("adaptation", six("Early warnings that reach everyone", "Des alertes précoces pour tous", "Alertas tempranas que llegan a todos", "إنذارات مبكرة تصل إلى الجميع", "惠及所有人的早期预警", "Раннее оповещение для всех"),
     "A forecast saves lives only when it arrives in a language that people speak, on a device that they own.",
     "Weather services and fishing communities show the last kilometre of their warning chains."),
    ("adaptation", six("Cities that stay cool", "Des villes qui restent fraîches", "Ciudades que se mantienen frescas", "مدن تبقى معتدلة الحرارة", "保持凉爽的城市", "Города, где не жарко"),
     "Heat kills more people in cities than storms do, and shade is spread as unequally as income.",
     "Mayors compare trees, white roofs and cooling centres, with what each costs per degree."),
    ("adaptation", six("Moving with dignity when the coast retreats", "Se déplacer dans la dignité quand la côte recule", "Trasladarse con dignidad cuando la costa retrocede", "الانتقال بكرامة حين يتراجع الساحل", "海岸退缩时有尊严地迁移", "Достойное переселение от отступающего берега"),
     "Whole villages negotiate where they will live next, and who keeps the right to the land left behind.",
     "Islanders, lawyers and planners draft together what a fair relocation contract has to say."),
    ("adaptation", six("Insurance for those who cannot afford it", "Assurer ceux qui n’en ont pas les moyens", "Seguros para quienes no pueden pagarlos", "تأمين لمن لا يقدر عليه", "为无力负担者提供保险", "Страхование для тех, кому оно не по карману"),
     "Index insurance pays out in days instead of months, yet premiums exclude the smallest farms.",
     "Insurers and cooperatives present three ways of sharing premiums and the claims of two dry seasons."),
    ("energy", six("Solar power for schools and clinics", "Le solaire pour les écoles et les dispensaires", "Energía solar para escuelas y clínicas", "الطاقة الشمسية للمدارس والعيادات", "学校与诊所的太阳能", "Солнечная энергия для школ и клиник"),
     "Vaccines need a cold chain and pupils need light; diesel gives both for a few hours a day.",
     "Ministries and installers tell what broke after five years, who repaired it, and who paid."),
    ("energy", six("Leaving coal without leaving people", "Sortir du charbon sans abandonner personne", "Dejar el carbón sin dejar a nadie", "الخروج من الفحم دون التخلي عن الناس", "退出煤炭，不抛下任何人", "Уйти от угля, не бросив людей"),
     "Mining towns lose their employer, their heating and their football club in the same year.",
     "Trade unions and regional governments open the books of four transition funds."),
    ("energy", six("Grids that cross borders", "Des réseaux électriques sans frontières", "Redes eléctricas que cruzan fronteras", "شبكات كهرباء عابرة للحدود", "跨境电网", "Энергосети через границы"),
     "Wind blows on one side of a frontier while lamps are lit on the other.",
     "Grid operators explain the treaties, the tariffs and the one cable that made the difference."),
    ("energy", six("Clean cooking in every kitchen", "Une cuisson propre dans chaque cuisine", "Cocina limpia en cada hogar", "طهي نظيف في كل مطبخ", "清洁炊事进万家", "Чистое приготовление пищи на каждой кухне"),
     "Smoke from open fires is breathed by women and children for hours each day.",
     "Cooks, stove makers and carbon auditors test what a stove really saves, in the room."),
    ("water", six("Sharing a river in a dry decade", "Partager un fleuve dans une décennie sèche", "Compartir un río en una década seca", "تقاسم النهر في عقد جاف", "干旱十年中共享河流", "Делить реку в засушливое десятилетие"),
     "Upstream dams and downstream fields were planned for a river that no longer carries as much.",
     "Basin commissions simulate a drought year with the audience as the riparian States."),
    ("water", six("Groundwater, the hidden reserve", "Les eaux souterraines, réserve cachée", "Aguas subterráneas, la reserva oculta", "المياه الجوفية، المخزون الخفي", "地下水，隐藏的储备", "Подземные воды — скрытый резерв"),
     "Wells are deepened every year and nobody knows how much is left under them.",
     "Hydrologists show gravity measurements from space beside the logbooks of well diggers."),
    ("water", six("Toilets that withstand floods", "Des toilettes qui résistent aux inondations", "Saneamiento que resiste inundaciones", "مراحيض تصمد أمام الفيضانات", "能抵御洪水的厕所", "Санитария, устойчивая к паводкам"),
     "A flood turns latrines into a source of cholera within a day.",
     "Engineers and neighbourhood committees compare raised, sealed and emptied designs."),
    ("nature", six("Mangroves as sea walls", "Les mangroves comme digues", "Manglares como diques", "أشجار القرم كحواجز بحرية", "以红树林为海堤", "Мангры вместо дамб"),
     "A hundred metres of mangrove take two thirds of a wave's height, and fish breed between the roots.",
     "Coastal communities report survival rates of seedlings and what grew in place of failed plantings."),
    ("nature", six("Peatlands kept wet", "Garder les tourbières humides", "Turberas que siguen húmedas", "إبقاء أراضي الخث رطبة", "保持泥炭地湿润", "Сохранить торфяники влажными"),
     "Drained peat burns for months underground and counts in nobody's inventory.",
     "Farmers present crops that grow on wet soil and the buyers that they found for them."),
    ("nature", six("Fishing grounds that move", "Des zones de pêche qui se déplacent", "Caladeros que se desplazan", "مصائد أسماك متنقلة", "迁移的渔场", "Промысловые районы смещаются"),
     "Warmer water drives shoals across the lines that quotas were drawn for.",
     "Small-scale fishers and treaty bodies map who gains, who loses and who should be compensated."),
    ("nature", six("Guardians of the forest", "Les gardiens de la forêt", "Guardianes del bosque", "حراس الغابة", "森林守护者", "Хранители леса"),
     "Forests under the care of indigenous peoples lose less cover than parks do.",
     "Elders and remote-sensing analysts read the same satellite image, each in their own way."),
    ("finance", six("Loss and damage, from pledge to payment", "Pertes et préjudices, de la promesse au paiement", "Pérdidas y daños, de la promesa al pago", "الخسائر والأضرار من التعهد إلى الدفع", "损失与损害，从承诺到支付", "Потери и ущерб, от обещания до выплаты"),
     "Money that is pledged in a week takes three years to reach a rebuilt roof.",
     "Treasuries and claimants follow one payment through all of its forms, signatures and delays."),
    ("finance", six("Debt and drought", "Dette et sécheresse", "Deuda y sequía", "الديون والجفاف", "债务与干旱", "Долг и засуха"),
     "Countries pay more interest after each disaster, and repair less before the next.",
     "Debt managers present clauses that suspend payments when rain fails, and what creditors asked for them."),
    ("finance", six("Small grants, large results", "Petites subventions, grands résultats", "Pequeñas subvenciones, grandes resultados", "منح صغيرة ونتائج كبيرة", "小额赠款，大成果", "Малые гранты, большие результаты"),
     "Reports for a small grant are as long as those for a large one.",
     "Funds and village groups agree on a report of two pages that both can live with."),
    ("finance", six("Carbon markets without loopholes", "Des marchés du carbone sans failles", "Mercados de carbono sin lagunas", "أسواق كربون بلا ثغرات", "没有漏洞的碳市场", "Углеродные рынки без лазеек"),
     "The same tonne must not be counted by the seller, the buyer and the airline.",
     "Registries show live how a credit is issued, sold, corrected and cancelled."),
    ("health", six("Hospitals after the storm", "Les hôpitaux après la tempête", "Hospitales tras la tormenta", "المستشفيات بعد العاصفة", "风暴之后的医院", "Больницы после бури"),
     "When a hurricane passes, the hospital has to work on the same evening.",
     "Nurses and engineers walk through one building and mark what failed, from generators to records."),
    ("health", six("Seeds for a hotter world", "Des semences pour un monde plus chaud", "Semillas para un mundo más cálido", "بذور لعالم أكثر حرارة", "适应更热世界的种子", "Семена для более жаркого мира"),
     "Farmers exchange seeds faster than laboratories register them.",
     "Seed keepers and breeders taste, compare and discuss who owns what was bred together."),
    ("health", six("School meals and short supply chains", "Repas scolaires et circuits courts", "Comidas escolares y cadenas cortas", "الوجبات المدرسية وسلاسل الإمداد القصيرة", "学校供餐与短供应链", "Школьное питание и короткие цепочки поставок"),
     "A meal at school is a contract with the farmers of the district.",
     "Cooks and procurement officers calculate emissions, prices and vitamins of the same plate."),
    ("health", six("Malaria climbs the mountains", "Le paludisme gagne les montagnes", "La malaria sube a las montañas", "الملاريا تصعد الجبال", "疟疾爬上高山", "Малярия поднимается в горы"),
     "Mosquitoes are found where grandparents never saw one.",
     "Epidemiologists and herders compare records of temperature, cattle and fever of thirty years."),
    ("health", six("Climate and mental health", "Climat et santé mentale", "Clima y salud mental", "المناخ والصحة النفسية", "气候与心理健康", "Климат и психическое здоровье"),
     "Anxiety about the future is named by most young people who were asked.",
     "Counsellors and young activists describe what helps, in a quiet format without slides."),
]  # fmt: skip

PLACES = [
    (six("on small islands", "dans les petites îles", "en las islas pequeñas", "في الجزر الصغيرة", "在小岛屿", "на малых островах"), "The cases come from atolls where the highest point is four metres above the sea."),
    (six("in the drylands", "dans les zones arides", "en las zonas áridas", "في الأراضي الجافة", "在旱地", "в засушливых районах"), "The cases come from drylands on three continents, told by those who herd and farm there."),
    (six("in mountain valleys", "dans les vallées de montagne", "en los valles de montaña", "في الوديان الجبلية", "在山谷", "в горных долинах"), "The cases come from mountain valleys, where a glacier is the water tower and the threat."),
    (six("in delta cities", "dans les villes des deltas", "en las ciudades de los deltas", "في مدن الدلتا", "在三角洲城市", "в городах дельт"), "The cases come from cities in deltas that sink faster than the sea rises."),
    (six("in informal settlements", "dans les quartiers informels", "en los asentamientos informales", "في الأحياء غير الرسمية", "在非正规住区", "в неформальных поселениях"), "The cases come from settlements that are on no map of the city and in every statistic of its losses."),
    (six("along old trade routes", "le long des anciennes routes commerciales", "a lo largo de antiguas rutas comerciales", "على طول طرق التجارة القديمة", "沿古商道", "вдоль старых торговых путей"), "The cases follow an old trade route, from port to pass, with six languages on the way."),
]  # fmt: skip

ANGLES = [
    (six("who pays, who decides", "qui paie, qui décide", "quién paga, quién decide", "من يدفع ومن يقرر", "谁付费，谁决定", "кто платит, кто решает"), "Budgets are put on the table, with the votes that decided them."),
    (six("women leading change", "les femmes, actrices du changement", "mujeres que lideran el cambio", "نساء يقدن التغيير", "女性引领变革", "женщины во главе перемен"), "All of the speakers are women who run what they speak about."),
    (six("young people take the floor", "la parole aux jeunes", "los jóvenes toman la palabra", "الكلمة للشباب", "青年发声", "слово молодёжи"), "Nobody on the panel is older than thirty, and ministers answer from the audience."),
    (six("measuring what matters", "mesurer ce qui compte", "medir lo que importa", "قياس ما يهم", "衡量真正重要的事", "измерять главное"), "Five indicators are defended, and the audience strikes out two."),
    (six("working together across borders", "coopérer par-delà les frontières", "trabajar juntos más allá de las fronteras", "العمل معًا عبر الحدود", "跨境合作", "вместе через границы"), "Neighbours who share the problem but no language show their common office."),
    (six("after the emergency", "après l’urgence", "después de la emergencia", "بعد حالة الطوارئ", "紧急状态之后", "после чрезвычайной ситуации"), "It starts where the cameras left: eighteen months later."),
    (six("ten years on", "dix ans après", "diez años después", "بعد عشر سنوات", "十年之后", "десять лет спустя"), "Promises of ten years ago are read aloud and marked."),
    (six("an open question", "une question ouverte", "una pregunta abierta", "سؤال مفتوح", "一个开放的问题", "открытый вопрос"), "There are no presentations: one question, and those who disagree about it."),
]  # fmt: skip

# Around a topic, in the other languages.
SUMMARIES = {
    "fr": "« {topic} » : trois cas de régions différentes, ce qu’ils ont coûté et ce que d’autres peuvent en tirer. La moitié du temps revient aux questions de la salle.",
    "es": "«{topic}»: tres casos de regiones distintas, lo que costaron y lo que otros pueden aprender de ellos. La mitad del tiempo es para las preguntas de la sala.",
    "ar": "«{topic}»: ثلاث تجارب من مناطق مختلفة، وما كلّفته، وما يمكن للآخرين أن يتعلموه منها. ونصف الوقت لأسئلة الحضور.",
    "zh": "“{topic}”：来自不同地区的三个案例、所需成本以及他人可以借鉴之处。一半时间留给现场提问。",
    "ru": "«{topic}»: три примера из разных регионов, их цена и чему они могут научить других. Половина времени отведена вопросам из зала.",
}
# Headings and steps of a concept note.
NOTES = {
    "en": "## Why now\n\n{first}\n\n## What happens\n\n1. Welcome and the question of the day\n2. {second}\n3. Discussion with the room\n4. **Three next steps**, with names and dates\n\n## What comes out of it\n\nA note of two pages within two weeks, published by {lead}.",
    "fr": "## Pourquoi maintenant\n\n{first}\n\n## Déroulement\n\n1. Accueil\n2. Trois cas\n3. Discussion avec la salle\n4. **Trois prochaines étapes**\n\n## Résultats\n\nUne note de deux pages dans les deux semaines, publiée par {lead}.",
    "es": "## Por qué ahora\n\n{first}\n\n## Desarrollo\n\n1. Bienvenida\n2. Tres casos\n3. Debate con la sala\n4. **Tres próximos pasos**\n\n## Resultados\n\nUna nota de dos páginas en dos semanas, publicada por {lead}.",
    "ar": "## لماذا الآن\n\n{first}\n\n## سير الفعالية\n\n1. ترحيب\n2. ثلاث تجارب\n3. نقاش مع الحضور\n4. **ثلاث خطوات تالية**\n\n## النتائج\n\nمذكرة من صفحتين خلال أسبوعين تنشرها {lead}.",
    "zh": "## 为何是现在\n\n{first}\n\n## 流程\n\n1. 欢迎\n2. 三个案例\n3. 与现场讨论\n4. **三个后续步骤**\n\n## 成果\n\n两周内由{lead}发布两页纪要。",
    "ru": "## Почему сейчас\n\n{first}\n\n## Ход мероприятия\n\n1. Приветствие\n2. Три примера\n3. Обсуждение с залом\n4. **Три следующих шага**\n\n## Итоги\n\nЗаписка на двух страницах через две недели, публикует {lead}.",
}

# slug, type, country, acronym, name in English, name in its own language
ORGANIZATIONS = [
    # Africa
    ("sample-kenya", "member_state", "KE", "", "Kenya (sample delegation)", {}),
    ("sample-senegal", "member_state", "SN", "", "Senegal (sample delegation)", {"fr": "Sénégal (délégation d’exemple)"}),
    ("sample-egypt", "member_state", "EG", "", "Egypt (sample delegation)", {"ar": "مصر (وفد نموذجي)"}),
    ("sahel-well-diggers", "ngo", "NE", "SWD", "Sahel Well Diggers", {"fr": "Puisatiers du Sahel"}),
    ("great-lakes-fishers", "network", "UG", "GLFN", "Great Lakes Fishers’ Network", {}),
    ("rift-solar", "private_sector", "ET", "", "Rift Solar Cooperative", {}),
    ("university-of-the-savannah", "academia", "GH", "UoS", "University of the Savannah", {}),
    ("zambezi-women", "ngo", "MZ", "ZWA", "Zambezi Women’s Alliance", {}),
    ("lagoon-city", "local_government", "NG", "", "Lagoon City Council", {}),
    ("atlas-youth", "ngo", "MA", "AYC", "Atlas Youth for Climate", {"fr": "Jeunes de l’Atlas pour le climat", "ar": "شباب الأطلس من أجل المناخ"}),
    ("cape-reinsurance", "private_sector", "ZA", "", "Cape Microinsurance", {}),
    # Asia and the Pacific
    ("sample-bangladesh", "member_state", "BD", "", "Bangladesh (sample delegation)", {}),
    ("sample-fiji", "member_state", "FJ", "", "Fiji (sample delegation)", {}),
    ("sample-jordan", "member_state", "JO", "", "Jordan (sample delegation)", {"ar": "الأردن (وفد نموذجي)"}),
    ("pacific-atolls", "network", "TV", "PAYN", "Pacific Atolls Youth Network", {}),
    ("delta-engineers", "professional_association", "VN", "DEA", "Delta Engineers’ Association", {}),
    ("himalayan-glacier", "academia", "NP", "HGI", "Himalayan Glacier Institute", {}),
    ("monsoon-foundation", "foundation", "IN", "", "Monsoon Foundation", {}),
    ("yellow-river-lab", "academia", "CN", "YRL", "Yellow River Laboratory", {"zh": "黄河实验室"}),
    ("clean-stoves", "ngo", "KH", "CSM", "Clean Stoves Mekong", {}),
    ("gulf-mangrove", "ngo", "OM", "GMS", "Gulf Mangrove Society", {"ar": "جمعية قرم الخليج"}),
    ("oasis-cities", "network", "UZ", "OCN", "Oasis Cities Network", {"ru": "Сеть городов-оазисов"}),
    # Eastern Europe
    ("sample-georgia", "member_state", "GE", "", "Georgia (sample delegation)", {}),
    ("carpathian-commons", "ngo", "RO", "CC", "Carpathian Commons", {}),
    ("vistula-transition", "local_government", "PL", "", "Vistula Region in Transition", {}),
    ("peat-and-people", "foundation", "EE", "", "Peat and People", {}),
    ("danube-basin-lab", "academia", "RS", "DBL", "Danube Basin Laboratory", {}),
    ("steppe-observatory", "academia", "AM", "", "Highland Observatory", {"ru": "Высокогорная обсерватория"}),
    # Latin America and the Caribbean
    ("sample-peru", "member_state", "PE", "", "Peru (sample delegation)", {"es": "Perú (delegación de muestra)"}),
    ("sample-barbados", "member_state", "BB", "", "Barbados (sample delegation)", {}),
    ("amazon-guardians", "ngo", "CO", "AGA", "Amazon Guardians’ Assembly", {"es": "Asamblea de Guardianes de la Amazonía"}),
    ("andes-seeds", "network", "BO", "RSA", "Andean Seed Network", {"es": "Red de Semillas Andinas"}),
    ("caribbean-nurses", "professional_association", "JM", "CNA", "Caribbean Nurses for Climate", {}),
    ("pampa-data", "academia", "AR", "", "Pampa Data School", {"es": "Escuela de Datos de la Pampa"}),
    ("haiti-rebuilds", "ngo", "HT", "HR", "Haiti Rebuilds", {"fr": "Haïti rebâtit"}),
    ("mangue-vivo", "ngo", "BR", "MV", "Mangue Vivo", {}),
    ("central-american-grid", "igo", "PA", "CAG", "Central American Grid Council", {"es": "Consejo Centroamericano de la Red Eléctrica"}),
    # Western Europe and others
    ("sample-norway", "member_state", "NO", "", "Norway (sample delegation)", {}),
    ("sample-canada", "member_state", "CA", "", "Canada (sample delegation)", {"fr": "Canada (délégation d’exemple)"}),
    ("north-sea-grid", "private_sector", "DK", "", "North Sea Grid Company", {}),
    ("alpine-towns", "network", "AT", "ATN", "Alpine Towns Network", {}),
    ("finance-watchers", "ngo", "BE", "FW", "Climate Finance Watchers", {"fr": "Observateurs du financement climatique"}),
    ("polar-voices", "ngo", "FI", "PV", "Polar Voices", {}),
    ("mediterranean-heat", "academia", "ES", "MHI", "Mediterranean Heat Institute", {"es": "Instituto Mediterráneo del Calor"}),
    ("outback-fire", "professional_association", "AU", "OFM", "Outback Fire Managers", {}),
    ("lisbon-ledger", "private_sector", "PT", "", "Open Carbon Ledger", {}),
    # Of no region
    ("world-seed-library", "igo", None, "WSL", "World Seed Library", {"fr": "Bibliothèque mondiale des semences", "es": "Biblioteca Mundial de Semillas", "ar": "المكتبة العالمية للبذور", "zh": "世界种子图书馆", "ru": "Всемирная библиотека семян"}),
    ("agency-for-imaginary-rain", "un_entity", None, "AIR", "Agency for Imaginary Rain", {"fr": "Agence de la pluie imaginaire", "es": "Agencia de la Lluvia Imaginaria", "ar": "وكالة المطر الخيالي", "zh": "虚构降雨署", "ru": "Агентство воображаемых дождей"}),
]  # fmt: skip

# given name, whether a woman (None: it is not said), family name
WOMEN = ("Amina", "Beatriz", "Chiara", "Dunya", "Esi", "Fatou", "Grace", "Huda", "Ilse", "Jyoti", "Kalena", "Leila", "Mei", "Nino", "Oluchi", "Pilar", "Ruta", "Salma", "Tereza", "Ximena")  # fmt: skip
MEN = ("Abebe", "Bogdan", "Carlos", "Dawit", "Erik", "Farid", "Goran", "Hamza", "Ivan", "Josefa", "Kwame", "Luis", "Minh", "Nuno", "Oskar", "Pedro", "Rashid", "Sione", "Tomás", "Yusuf")  # fmt: skip
FAMILY = ("Achterberg", "Baraka", "Carvalho", "Dlamini", "Eklund", "Fonoti", "Guevara", "Hadid", "Ishikawa", "Juarez", "Kipkemoi", "Lindqvist", "Mahlangu", "Nazarian", "Ouedraogo", "Popescu", "Quispe", "Rahman", "Sandoval", "Tuilagi", "Ueda", "Vasquez", "Warsame", "Zhang")  # fmt: skip
POSITIONS = ("Director", "Programme manager", "Hydrologist", "Mayor", "Economist", "Nurse", "Campaigner", "Professor", "Negotiator", "Engineer")  # fmt: skip

CALL = six("Call for side events", "Appel à événements parallèles", "Convocatoria de eventos paralelos", "دعوة لتقديم فعاليات جانبية", "边会征集", "Приём заявок на параллельные мероприятия")  # fmt: skip
CALL_TEXT = six(
    "Organizations are invited to propose side events of 60 or 90 minutes.\n\n- **Propose together**: name at least one co-organizer.\n- Choose one or two of the themes.\n- Say what people will take home.\n\nThis is sample data: nothing is organized.",
    "Les organisations sont invitées à proposer des événements parallèles de 60 ou 90 minutes.\n\n- **Proposez ensemble** : nommez au moins un coorganisateur.\n- Choisissez un ou deux thèmes.\n- Dites ce que le public en retirera.\n\nCe sont des données d’exemple : rien n’est organisé.",
    "Se invita a las organizaciones a proponer eventos paralelos de 60 o 90 minutos.\n\n- **Propongan juntas**: nombren al menos una coorganizadora.\n- Elijan uno o dos temas.\n- Digan qué se llevará el público.\n\nSon datos de muestra: no se organiza nada.",
    "تُدعى المنظمات إلى اقتراح فعاليات جانبية مدتها 60 أو 90 دقيقة.\n\n- **اقترحوا معًا**: سمّوا شريكًا منظمًا واحدًا على الأقل.\n- اختاروا موضوعًا أو موضوعين.\n- اذكروا ما سيستفيده الحضور.\n\nهذه بيانات نموذجية: لا يُنظَّم شيء.",
    "欢迎各组织提议60或90分钟的边会。\n\n- **共同提议**：至少列出一个共同主办方。\n- 选择一至两个主题。\n- 说明与会者的收获。\n\n此为示例数据：并不实际举办。",
    "Организации приглашаются предлагать параллельные мероприятия продолжительностью 60 или 90 минут.\n\n- **Предлагайте вместе**: назовите хотя бы одного соорганизатора.\n- Выберите одну или две темы.\n- Скажите, что унесут с собой участники.\n\nЭто образцы данных: ничего не проводится.",
)  # fmt: skip
CONSTITUENCY = six("Constituency", "Groupe", "Grupo", "المجموعة", "所属群体", "Группа")
QUESTIONS = {
    "new": six("Is this the first time that you propose an event here?", "Est-ce la première fois que vous proposez un événement ici ?", "¿Es la primera vez que proponen un evento aquí?", "هل هذه أول مرة تقترحون فيها فعالية هنا؟", "这是您首次在此提议活动吗？", "Вы впервые предлагаете здесь мероприятие?"),
    "yes": six("Yes", "Oui", "Sí", "نعم", "是", "Да"),
    "no": six("No", "Non", "No", "لا", "否", "Нет"),
    "learned": six("What did you learn from the last one?", "Qu’avez-vous appris du précédent ?", "¿Qué aprendieron del anterior?", "ماذا تعلمتم من الفعالية السابقة؟", "您从上一次活动中学到了什么？", "Чему вас научило предыдущее?"),
    "takeaway": six("What will people take home?", "Que retiendra le public ?", "¿Qué se llevará el público?", "ماذا سيستفيد الحضور؟", "与会者将有何收获？", "Что унесут с собой участники?"),
    "takeaway-help": six("One sentence. It is shown with the event.", "Une phrase. Elle est affichée avec l’événement.", "Una frase. Se muestra con el evento.", "جملة واحدة. تظهر مع الفعالية.", "一句话。将与活动一同显示。", "Одно предложение. Показывается вместе с мероприятием."),
    "audience": six("Who is it for?", "À qui s’adresse-t-il ?", "¿A quién se dirige?", "لمن هي؟", "面向谁？", "Для кого оно?"),
    "negotiators": six("Negotiators", "Négociateurs", "Negociadores", "المفاوضون", "谈判代表", "Переговорщики"),
    "practitioners": six("Practitioners", "Praticiens", "Profesionales", "الممارسون", "从业者", "Практики"),
    "everybody": six("Everybody", "Tout le monde", "Todo el mundo", "الجميع", "所有人", "Все"),
    "agree": six("We will send a report within two weeks after the event.", "Nous enverrons un rapport dans les deux semaines suivant l’événement.", "Enviaremos un informe en las dos semanas siguientes al evento.", "سنرسل تقريرًا خلال أسبوعين بعد الفعالية.", "我们将在活动后两周内提交报告。", "Мы пришлём отчёт в течение двух недель после мероприятия."),
}  # fmt: skip
TAKEAWAYS = six(
    "A checklist that fits on one page.",
    "Une liste de contrôle d’une page.",
    "Una lista de verificación de una página.",
    "قائمة تحقق من صفحة واحدة.",
    "一页纸的核对清单。",
    "Контрольный список на одной странице.",
)
LEARNED = (
    "Fewer slides, more questions.",
    "Start on time; half of the room has another meeting next.",
    "Interpretation doubled the number of questions.",
    "Name the next steps before the last ten minutes.",
)
CRITERIA = [
    (six("Relevance", "Pertinence", "Pertinencia", "الصلة بالموضوع", "相关性", "Актуальность"), six("Does it serve the theme, and is it needed now?", "Sert-il le thème, est-il utile maintenant ?", "¿Sirve al tema y hace falta ahora?", "هل يخدم الموضوع، وهل هناك حاجة إليه الآن؟", "是否切合主题，现在是否需要？", "Отвечает ли теме, нужно ли сейчас?"), 3),
    (six("Quality", "Qualité", "Calidad", "الجودة", "质量", "Качество"), six("Is it clear who speaks about what, and to what end?", "Voit-on qui parle de quoi, et dans quel but ?", "¿Está claro quién habla de qué y para qué?", "هل يتضح من يتحدث وعن ماذا ولأي غاية؟", "谁讲什么、目的为何，是否清楚？", "Ясно ли, кто о чём говорит и зачем?"), 2),
    (six("Partnership", "Partenariat", "Alianza", "الشراكة", "伙伴关系", "Партнёрство"), six("Do different kinds of organizations from different regions work together?", "Des organisations différentes de régions différentes coopèrent-elles ?", "¿Cooperan organizaciones distintas de regiones distintas?", "هل تعمل معًا منظمات مختلفة من مناطق مختلفة؟", "不同地区的不同类型组织是否合作？", "Работают ли вместе разные организации из разных регионов?"), 2),
]  # fmt: skip
NOTES_OF_REVIEWERS = (
    "Clear question, good mix of speakers.",
    "Interesting, but the concept note promises more than fits into ninety minutes.",
    "Strong partners; the programme of the session is still vague.",
    "I would like to attend this one.",
    "Overlaps with another proposal on the same subject.",
    "Well written, little that is new.",
)
TO_TEAM = (
    "Say who moderates, and leave more time for questions.",
    "Name speakers from the places that you speak about.",
    "Consider joining with those who propose something similar.",
)
COMMENTS = (
    "I have added our two speakers; can you check the French title?",
    "Our director prefers the second day.",
    "Fine with us. Please keep the quiet format.",
)
WHO = {
    MemberRole.FOCAL_POINT: "I look after our events at international conferences.",
    MemberRole.MEMBER: "I work there.",
}
INELIGIBLE = "The lead organization could not be confirmed: the contact does not answer."
MERGE = "Both speak about the same from two sides: together you would have the whole ninety minutes, and more people."
WISH = "Our speakers arrive on the second day only. Could we have a slot after that?"
NO_MONEY = "We could not raise the money for the journey."
SLOT_LATER = "The slot follows with the timetable, and your wish is noted there."
OTHER_PLANS = "We have events of our own at that time."
BY_SCORE = "By score"
BY_BALANCE = "By score and balance"
