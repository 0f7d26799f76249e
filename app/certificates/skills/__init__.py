"""Skill-level certificates 职业技能等级证书 of other bodies: written down and checked in form, never made by us."""
