"""Jobs of this step, declared beside what they call."""

from app.lessons.service.crediting import settle as settle
