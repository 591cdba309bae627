"""What the sample assembly says, in six languages. Everything and everybody in it is invented."""

from __future__ import annotations

from typing import Any

from eventsapp.demo.texts import six
from eventsapp.registration.enums import Approval, Detail

NAME = six(
    "Assembly of Sample Cities",
    "Assemblée des villes exemplaires",
    "Asamblea de Ciudades de Muestra",
    "جمعية المدن النموذجية",
    "示例城市大会",
    "Ассамблея городов-образцов",
)

# slug, names, form, approval, capacity, colour, levels, in the quota, listed, anybody can choose it
CATEGORIES: tuple[tuple[Any, ...], ...] = (
    ("delegate", six("Delegate", "Délégué", "Delegado", "مندوب", "代表", "Делегат"),
     "delegates", Approval.FOCAL_POINT, None, 1, ["PL", "NEG"], True, True, True),
    ("observer", six("Observer", "Observateur", "Observador", "مراقب", "观察员", "Наблюдатель"),
     "delegates", Approval.REGISTRAR, None, 3, ["PL"], True, True, True),
    ("media", six("Media", "Médias", "Medios", "إعلام", "媒体", "СМИ"),
     "media", Approval.REGISTRAR, 12, 5, ["PRESS"], False, False, True),
    ("participant", six("Participant", "Participant", "Participante", "مشارك", "参会者", "Участник"),
     None, Approval.AUTOMATIC, None, 2, [], True, True, True),
    ("assistant", six("Personal assistant", "Assistant personnel", "Asistente personal", "مساعد شخصي", "私人助理", "Личный помощник"),
     None, Approval.AUTOMATIC, None, 7, [], False, False, False),
)  # fmt: skip

# slug, names, which details it asks and whether they are required
FORMS = (
    ("delegates", six("Delegations", "Délégations", "Delegaciones", "الوفود", "代表团", "Делегации"),
     {Detail.JOB_TITLE: True, Detail.GENDER: False, Detail.NATIONALITY: False, Detail.FIRST_TIME: False,
      Detail.ORIGINAL_NAME: False, Detail.BIRTH_DATE: False, Detail.PHOTO: False, Detail.PASSPORT: False}),
    ("media", six("Media", "Médias", "Medios", "إعلام", "媒体", "СМИ"),
     {Detail.JOB_TITLE: False, Detail.GENDER: False, Detail.FIRST_TIME: False, Detail.PHOTO: False}),
)  # fmt: skip

DIET = six(
    "What do you not eat?",
    "Que ne mangez-vous pas ?",
    "¿Qué no come?",
    "ما الذي لا تأكله؟",
    "您有何饮食禁忌？",
    "Чего вы не едите?",
)
OUTLET = six(
    "For whom do you report?",
    "Pour quel média travaillez-vous ?",
    "¿Para qué medio trabaja?",
    "لأي جهة إعلامية تعمل؟",
    "您为哪家媒体报道？",
    "Для какого издания вы работаете?",
)
CONSENT = six(
    "My data may be used to prepare the assembly.",
    "Mes données peuvent servir à préparer l’assemblée.",
    "Mis datos pueden utilizarse para preparar la asamblea.",
    "يجوز استخدام بياناتي للتحضير للجمعية.",
    "我的资料可用于大会的筹备。",
    "Мои данные можно использовать для подготовки ассамблеи.",
)  # fmt: skip

# slug, names, lanes
GATES = (
    ("main", six("Main entrance", "Entrée principale", "Entrada principal", "المدخل الرئيسي", "正门", "Главный вход"), 4),
    ("north", six("North entrance", "Entrée nord", "Entrada norte", "المدخل الشمالي", "北门", "Северный вход"), 2),
    ("press", six("Press entrance", "Entrée de la presse", "Entrada de prensa", "مدخل الصحافة", "媒体入口", "Вход для прессы"), 1),
)  # fmt: skip
ROOM_DOOR = six(
    "Door of the hall", "Porte de la salle", "Puerta de la sala", "باب القاعة", "会议厅门口", "Дверь зала"
)

ASKED = "Please send a letter of your editor."
REASON = "Registrations of this kind are for accredited organizations."

COUNTRIES = ("PT", "KE", "EC", "FR", "IN", "BR", "EG", "CN", "PL", "US", "SN", "JP")
ORIGINAL_NAMES = {5: "عائشة المثال", 11: "王示例", 17: "Образцова Анна", 23: "أحمد النموذج", 29: "李样本"}

NOMINEES = (("Rania Mustafa", "EG", "ar"), ("Pedro Ficticio", "CO", "es"), ("Lin Yangben", "CN", "zh"))
"""Who was nominated and has not answered: name, country, language."""
