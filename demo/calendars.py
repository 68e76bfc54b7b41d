"""Dates as the region's newspapers print them."""

from datetime import date, datetime

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "sw": "Januari Februari Machi Aprili Mei Juni Julai Agosti Septemba Oktoba Novemba Desemba",
    "so": "Janaayo Febraayo Maarso Abriil Maajo Juun Luulyo Agoosto Sebteembar Oktoobar Nofembar "
    "Diseembar",
    "ha": "Janairu Fabrairu Maris Afrilu Mayu Yuni Yuli Agusta Satumba Oktoba Nuwamba Disamba",
    "en": "January February March April May June July August September October November December",
    "am": "መስከረም ጥቅምት ኅዳር ታኅሣሥ ጥር የካቲት መጋቢት ሚያዝያ ግንቦት ሰኔ ሐምሌ ነሐሴ ጳጉሜን",
}
ARABIC_DAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PATTERNS = {
    "en": "{month} {day}, {year}",
    "pt": "{day} de {month} de {year}",
    "ha": "{day} ga {month}, {year}",
    "am": "{month} {day} ቀን {year} ዓ.ም.",
}
# Meskerem 1 of the Ethiopian year 2000, from which days are counted.
ETHIOPIAN_2000 = date(2007, 9, 12)
FOUR_YEARS = 4 * 365 + 1


def in_words(moment: datetime, language: str) -> str:
    """The day in words, Amharic in the Ethiopian calendar: "16 mars 2026"."""
    day = moment.date()
    year, month, of_month = ethiopian(day) if language == "am" else (day.year, day.month, day.day)
    name = MONTHS[language].split()[month - 1]
    shown = "1er" if (language, of_month) == ("fr", 1) else str(of_month)
    return PATTERNS.get(language, "{day} {month} {year}").format(day=shown, month=name, year=year)


def arabic_moment(moment: datetime) -> str:
    """Weekday, day and hour in Arabic: "الاثنين 16 مارس 2026 - 09:30"."""
    return f"{ARABIC_DAYS[moment.weekday()]} {in_words(moment, 'ar')} - {moment:%H:%M}"


def drupal_moment(moment: datetime) -> str:
    """Drupal's medium date format, the same under every locale: "Mon, 03/16/2026 - 09:30"."""
    return f"{SHORT_DAYS[moment.weekday()]}, {moment:%m/%d/%Y - %H:%M}"


def ethiopian(day: date) -> tuple[int, int, int]:
    """Year, month and day in the Ethiopian calendar; every fourth year, 2003 among them, is leap."""
    cycle, of_cycle = divmod((day - ETHIOPIAN_2000).days, FOUR_YEARS)
    of_years = min(of_cycle // 365, 3)
    of_year = of_cycle - 365 * of_years
    return 2000 + 4 * cycle + of_years, of_year // 30 + 1, of_year % 30 + 1
