"""What the sample conference says, in six languages. Everything and everybody in it is invented."""

from __future__ import annotations

LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")


def six(*texts: str) -> dict[str, str]:
    """Return six texts by language, in the order en, fr, es, ar, zh, ru."""
    return dict(zip(LANGUAGES, texts, strict=True))


NAME = six(
    "Forum of Sample Cities",
    "Forum des villes exemplaires",
    "Foro de Ciudades de Muestra",
    "منتدى المدن النموذجية",
    "示例城市论坛",
    "Форум городов-образцов",
)
CITY = six("Sampleton", "Exempleville", "Villa Muestra", "مدينة المثال", "示例市", "Образцовск")
DESCRIPTION = six(
    "A conference that does not exist, for trying everything out: register, book a seat, subscribe to a calendar, and see "
    "what happens when an event is moved or cancelled.\n\nIts people, organizations and events are **invented**.",
    "Une conférence qui n’existe pas, pour tout essayer : s’inscrire, réserver une place, s’abonner à un calendrier, et voir "
    "ce qui se passe quand un événement est déplacé ou annulé.\n\nSes personnes, organisations et événements sont **inventés**.",
    "Una conferencia que no existe, para probarlo todo: inscribirse, reservar una plaza, suscribirse a un calendario y ver "
    "qué ocurre cuando un evento se traslada o se cancela.\n\nSus personas, organizaciones y eventos son **inventados**.",
    "مؤتمر لا وجود له، لتجربة كل شيء: التسجيل وحجز مقعد والاشتراك في تقويم ورؤية ما يحدث عند نقل فعالية أو إلغائها.\n\n"
    "الأشخاص والمنظمات والفعاليات فيه **خيالية**.",
    "一个并不存在的会议，供人试用一切功能：注册、预订座位、订阅日历，以及查看活动改期或取消时会发生什么。\n\n其中的人物、组织和活动均为**虚构**。",
    "Несуществующая конференция, на которой можно попробовать всё: зарегистрироваться, забронировать место, подписаться на "
    "календарь и увидеть, что происходит, когда мероприятие переносят или отменяют.\n\nЛюди, организации и мероприятия "
    "**вымышлены**.",
)

# slug, names, rank, usual minutes, colour
TYPES = [
    ("plenary", six("Plenary meeting", "Séance plénière", "Sesión plenaria", "جلسة عامة", "全体会议", "Пленарное заседание"), 90, 120, 1),
    (
        "special-session",
        six("Special session", "Séance extraordinaire", "Sesión especial", "جلسة خاصة", "特别会议", "Специальное заседание"),
        60, 120, 2,
    ),
    ("side-event", six("Side event", "Événement parallèle", "Evento paralelo", "فعالية جانبية", "边会", "Параллельное мероприятие"), 20, 75, 3),
    (
        "networking-event",
        six("Networking event", "Événement de réseautage", "Evento de creación de redes", "فعالية للتواصل", "交流活动", "Встреча для налаживания контактов"),
        20, 120, 4,
    ),
    (
        "training-event",
        six("Training event", "Atelier de formation", "Evento de capacitación", "فعالية تدريبية", "培训活动", "Учебное мероприятие"),
        20, 180, 5,
    ),
    ("exhibition", six("Exhibition", "Exposition", "Exposición", "معرض", "展览", "Выставка"), 10, None, 6),
    ("press", six("Press conference", "Conférence de presse", "Conferencia de prensa", "مؤتمر صحفي", "新闻发布会", "Пресс-конференция"), 30, 45, 7),
]  # fmt: skip

THEMES = [
    ("housing", six("Housing", "Logement", "Vivienda", "السكن", "住房", "Жильё")),
    ("migration", six("Migration and cities", "Migration et villes", "Migración y ciudades", "الهجرة والمدن", "移民与城市", "Миграция и города")),
    ("water", six("Water and sanitation", "Eau et assainissement", "Agua y saneamiento", "المياه والصرف الصحي", "水与卫生", "Вода и санитария")),
    ("mobility", six("Mobility", "Mobilité", "Movilidad", "التنقل", "出行", "Мобильность")),
    ("climate", six("Climate and resilience", "Climat et résilience", "Clima y resiliencia", "المناخ والقدرة على الصمود", "气候与韧性", "Климат и устойчивость")),
    ("finance", six("Municipal finance", "Finances municipales", "Finanzas municipales", "المالية البلدية", "市政财政", "Муниципальные финансы")),
    ("public-space", six("Public space", "Espace public", "Espacio público", "الفضاء العام", "公共空间", "Общественное пространство")),
    ("data", six("Data and digital services", "Données et services numériques", "Datos y servicios digitales", "البيانات والخدمات الرقمية", "数据与数字服务", "Данные и цифровые услуги")),
]  # fmt: skip

ANGLES = [
    six("lessons from small cities", "leçons des petites villes", "lecciones de ciudades pequeñas", "دروس من المدن الصغيرة", "小城市的经验", "уроки малых городов"),
    six("from plan to street", "du plan à la rue", "del plan a la calle", "من المخطط إلى الشارع", "从规划到街道", "от плана до улицы"),
    six("who pays, who decides", "qui paie, qui décide", "quién paga, quién decide", "من يدفع ومن يقرر", "谁付费，谁决定", "кто платит, кто решает"),
    six("a toolbox for local governments", "une boîte à outils pour les collectivités locales", "una caja de herramientas para gobiernos locales", "أدوات للحكومات المحلية", "地方政府工具箱", "набор инструментов для местных властей"),
    six("women leading change", "les femmes, actrices du changement", "mujeres que lideran el cambio", "نساء يقدن التغيير", "女性引领变革", "женщины во главе перемен"),
    six("young people take the floor", "la parole aux jeunes", "los jóvenes toman la palabra", "الكلمة للشباب", "青年发声", "слово молодёжи"),
    six("measuring what matters", "mesurer ce qui compte", "medir lo que importa", "قياس ما يهم", "衡量真正重要的事", "измерять главное"),
    six("working together across borders", "coopérer par-delà les frontières", "trabajar juntos más allá de las fronteras", "العمل معًا عبر الحدود", "跨境合作", "вместе через границы"),
    six("after the emergency", "après l’urgence", "después de la emergencia", "بعد حالة الطوارئ", "紧急状态之后", "после чрезвычайной ситуации"),
    six("ten years on", "dix ans après", "diez años después", "بعد عشر سنوات", "十年之后", "десять лет спустя"),
    six("an open question", "une question ouverte", "una pregunta abierta", "سؤال مفتوح", "一个开放的问题", "открытый вопрос"),
    six("stories from five neighbourhoods", "récits de cinq quartiers", "historias de cinco barrios", "حكايات من خمسة أحياء", "五个街区的故事", "истории пяти районов"),
]  # fmt: skip

SUMMARY = six(
    "An invented event of the sample conference: short talks, a panel, and half of the time for questions from the room.",
    "Un événement inventé de la conférence d’exemple : de brefs exposés, une table ronde et la moitié du temps pour les questions.",
    "Un evento inventado de la conferencia de muestra: charlas breves, un panel y la mitad del tiempo para preguntas.",
    "فعالية خيالية من المؤتمر النموذجي: كلمات قصيرة وحلقة نقاش ونصف الوقت لأسئلة الحضور.",
    "示例会议中的虚构活动：简短发言、小组讨论，一半时间留给现场提问。",
    "Вымышленное мероприятие: короткие выступления, дискуссия и половина времени на вопросы из зала.",
)
AGENDA = six(
    "1. Welcome\n2. Three short talks\n3. Panel\n4. **Questions from the room**",
    "1. Accueil\n2. Trois brefs exposés\n3. Table ronde\n4. **Questions de la salle**",
    "1. Bienvenida\n2. Tres charlas breves\n3. Panel\n4. **Preguntas del público**",
    "1. ترحيب\n2. ثلاث كلمات قصيرة\n3. حلقة نقاش\n4. **أسئلة الحضور**",
    "1. 欢迎\n2. 三个简短发言\n3. 小组讨论\n4. **现场提问**",
    "1. Приветствие\n2. Три коротких выступления\n3. Дискуссия\n4. **Вопросы из зала**",
)
OPENING = six("Opening plenary", "Séance plénière d’ouverture", "Sesión plenaria de apertura", "الجلسة العامة الافتتاحية", "开幕全体会议", "Пленарное заседание открытия")  # fmt: skip
CLOSING = six("Closing plenary", "Séance plénière de clôture", "Sesión plenaria de clausura", "الجلسة العامة الختامية", "闭幕全体会议", "Пленарное заседание закрытия")  # fmt: skip
EXHIBITION = six("Models of cities that were never built", "Maquettes de villes jamais construites", "Maquetas de ciudades que nunca se construyeron", "نماذج مدن لم تُبنَ قط", "从未建成的城市模型", "Макеты городов, которые не построили")  # fmt: skip
FULL = six("Night walk through the old town", "Promenade nocturne dans la vieille ville", "Paseo nocturno por el casco antiguo", "جولة ليلية في المدينة القديمة", "古城夜游", "Ночная прогулка по старому городу")  # fmt: skip
DRAFT = six("An event still being prepared", "Un événement en préparation", "Un evento en preparación", "فعالية قيد الإعداد", "筹备中的活动", "Мероприятие готовится")  # fmt: skip
RELEASE = six("Two events have moved.", "Deux événements ont été déplacés.", "Dos actos se han trasladado.", "نُقل حدثان.", "两场活动有变动。", "Два мероприятия перенесены.")  # fmt: skip
STAGE = six("The stage is put up.", "Montage de la scène.", "Se monta el escenario.", "تركيب المنصة.", "搭建舞台。", "Монтаж сцены.")  # fmt: skip
REASON = six("The speakers cannot travel.", "Les intervenants ne peuvent pas voyager.", "Los ponentes no pueden viajar.", "لا يستطيع المتحدثون السفر.", "演讲人无法前来。", "Докладчики не могут приехать.")  # fmt: skip

# slug, type, acronyms, names
ORGANIZATIONS = [
    ("aih", "un_entity", six("AIH", "AHI", "AVI", "AIH", "AIH", "АВЖ"), six("Agency for Imaginary Housing", "Agence pour l’habitat imaginaire", "Agencia para la Vivienda Imaginaria", "وكالة السكن الخيالي", "虚构住房署", "Агентство воображаемого жилья")),
    ("ofc", "igo", six("OFC", "OVF", "OCF", "OFC", "OFC", "ОВГ"), six("Organization of Fictional Cities", "Organisation des villes fictives", "Organización de Ciudades Ficticias", "منظمة المدن الخيالية", "虚构城市组织", "Организация вымышленных городов")),
    ("sns", "network", six("SNS", "RVE", "RME", "SNS", "SNS", "СОГ"), six("Sample Network of Settlements", "Réseau exemplaire des établissements", "Red de Muestra de Asentamientos", "شبكة المستوطنات النموذجية", "示例住区网络", "Сеть образцовых поселений")),
    ("sampleton", "local_government", {}, six("City of Sampleton", "Ville d’Exempleville", "Ayuntamiento de Villa Muestra", "بلدية مدينة المثال", "示例市政府", "Город Образцовск")),
    ("nowhere", "member_state", {}, six("Ministry of Towns of Nowhere", "Ministère des villes de Nulle-Part", "Ministerio de Ciudades de Ninguna Parte", "وزارة مدن اللامكان", "乌有国城镇部", "Министерство городов Нигдении")),
    ("uoe", "academia", six("UoE", "UdE", "UdE", "UoE", "UoE", "УП"), six("University of Examples", "Université des exemples", "Universidad de los Ejemplos", "جامعة الأمثلة", "范例大学", "Университет примеров")),
    ("placeholder-foundation", "foundation", {}, six("Placeholder Foundation", "Fondation Bouche-Trou", "Fundación Relleno", "مؤسسة العنصر النائب", "占位基金会", "Фонд «Заглушка»")),
    ("make-believe", "ngo", {}, six("Make-Believe Neighbours", "Voisins pour de semblant", "Vecinos de Mentirijillas", "جيران الخيال", "假想邻里", "Понарошечные соседи")),
    ("mock-transit", "private_sector", {}, six("Mock Transit Ltd", "Transports Fictifs SA", "Transportes Ficticios S. A.", "شركة النقل الوهمي", "模拟交通公司", "ООО «Мнимый транспорт»")),
    ("guild-of-made-up-planners", "professional_association", {}, six("Guild of Made-Up Planners", "Guilde des urbanistes inventés", "Gremio de Urbanistas Inventados", "نقابة المخططين المختلقين", "虚构规划师协会", "Гильдия придуманных планировщиков")),
    ("invented-youth", "ngo", {}, six("Invented Youth", "Jeunesse inventée", "Juventud Inventada", "الشباب المختلق", "虚构青年", "Выдуманная молодёжь")),
    ("feigned-water", "ngo", {}, six("Feigned Water Alliance", "Alliance de l’eau feinte", "Alianza del Agua Fingida", "تحالف المياه المزعومة", "假水联盟", "Альянс притворной воды")),
]  # fmt: skip

GIVEN_NAMES = (
    "Ada",
    "Bruno",
    "Chen",
    "Dalia",
    "Emeka",
    "Farah",
    "Goran",
    "Hana",
    "Inés",
    "Jamal",
    "Keiko",
    "Lucie",
    "Mikhail",
    "Nadia",
    "Omar",
    "Paola",
)
FAMILY_NAMES = ("Sample", "Example", "Muster", "Ejemplo", "Specimen", "Obrazets", "Mithal", "Exemple")

# slug, names, seats
ROOMS = [
    ("hall-a", six("Hall A", "Salle A", "Sala A", "القاعة أ", "A厅", "Зал А"), 1200),
    ("hall-b", six("Hall B", "Salle B", "Sala B", "القاعة ب", "B厅", "Зал Б"), 600),
    *((f"room-{n}", six(f"Room {n}", f"Salle {n}", f"Sala {n}", f"الغرفة {n}", f"{n}号会议室", f"Комната {n}"), seats) for n, seats in enumerate((200, 150, 120, 120, 80, 80, 60, 40), start=1)),
]  # fmt: skip
VENUES = [
    ("congress-centre", six("Congress Centre", "Palais des congrès", "Palacio de Congresos", "مركز المؤتمرات", "会议中心", "Дворец конгрессов")),
    ("old-market", six("Old Market", "Ancien marché", "Mercado Viejo", "السوق القديم", "老集市", "Старый рынок")),
]  # fmt: skip
DIRECTIONS = six(
    "Tram 1 to *Congress Centre*. The entrance is on the river side and step-free.",
    "Tram 1, arrêt *Palais des congrès*. Entrée côté fleuve, sans marches.",
    "Tranvía 1, parada *Palacio de Congresos*. Entrada por el lado del río, sin escalones.",
    "الترام 1 إلى *مركز المؤتمرات*. المدخل من جهة النهر وبدون درجات.",
    "乘1路电车至*会议中心*。入口在河边，无台阶。",
    "Трамвай 1 до остановки *Дворец конгрессов*. Вход со стороны реки, без ступеней.",
)

CATEGORIES = [
    ("participant", six("Participant", "Participant", "Participante", "مشارك", "参会者", "Участник"), True),
    ("delegate", six("Delegate of a government", "Délégué d’un gouvernement", "Delegado de un gobierno", "مندوب حكومي", "政府代表", "Делегат правительства"), True),
    ("media", six("Media", "Médias", "Medios de comunicación", "إعلام", "媒体", "СМИ"), True),
    ("staff", six("Staff", "Personnel", "Personal", "موظفون", "工作人员", "Персонал"), False),
]  # fmt: skip

CONSTITUENCIES = [
    ("local-authorities", six("Local authorities", "Autorités locales", "Autoridades locales", "السلطات المحلية", "地方当局", "Местные власти")),
    ("women", six("Women", "Femmes", "Mujeres", "المرأة", "妇女", "Женщины")),
    ("youth", six("Youth", "Jeunesse", "Juventud", "الشباب", "青年", "Молодёжь")),
    ("research", six("Research and academia", "Recherche et universités", "Investigación y academia", "البحث والأوساط الأكاديمية", "研究与学术界", "Наука и образование")),
]  # fmt: skip

PAGE = (
    six("Practical information", "Informations pratiques", "Información práctica", "معلومات عملية", "实用信息", "Практическая информация"),
    six(
        "## Getting in\n\nBring the confirmation from your own page. Doors open at 08:00.\n\n## Languages\n\nInterpretation is named on each event’s page.",
        "## Accès\n\nApportez la confirmation de votre page personnelle. Ouverture des portes à 8 h.\n\n## Langues\n\nL’interprétation est indiquée sur la page de chaque événement.",
        "## Acceso\n\nTraiga la confirmación de su página personal. Las puertas abren a las 8:00.\n\n## Idiomas\n\nLa interpretación se indica en la página de cada evento.",
        "## الدخول\n\nأحضر التأكيد من صفحتك الخاصة. تفتح الأبواب الساعة 08:00.\n\n## اللغات\n\nالترجمة الفورية مذكورة في صفحة كل فعالية.",
        "## 入场\n\n请携带您个人页面上的确认信息。08:00开门。\n\n## 语言\n\n每个活动页面均注明口译语言。",
        "## Вход\n\nВозьмите подтверждение со своей страницы. Двери открываются в 8:00.\n\n## Языки\n\nПеревод указан на странице каждого мероприятия.",
    ),
)  # fmt: skip
NEWS = [
    (
        "registration-open",
        six("Registration is open", "Les inscriptions sont ouvertes", "La inscripción está abierta", "التسجيل مفتوح", "注册已开放", "Регистрация открыта"),
        six("It takes two minutes and needs no account.", "Deux minutes suffisent, sans compte.", "Bastan dos minutos, sin cuenta.", "يستغرق دقيقتين ولا يحتاج إلى حساب.", "只需两分钟，无需账户。", "Это займёт две минуты, учётная запись не нужна."),
    ),
    (
        "first-release",
        six("The programme is out", "Le programme est publié", "Ya está el programa", "صدر البرنامج", "日程已公布", "Программа опубликована"),
        six("Subscribe to it in your own calendar: changes arrive by themselves.", "Abonnez-vous dans votre propre calendrier : les changements arrivent d’eux-mêmes.", "Suscríbase en su propio calendario: los cambios llegan solos.", "اشترك فيه من تقويمك: تصل التغييرات تلقائيًا.", "用您自己的日历订阅：变更会自动更新。", "Подпишитесь в своём календаре: изменения приходят сами."),
    ),
]  # fmt: skip
