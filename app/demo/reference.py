"""What every installation starts with: regions, occupations and the example policy; no people."""

from pathlib import Path

from app.kernel.access import SYSTEM
from app.occupations import service as occupations
from app.policies import service as policies
from app.regions import service as regions
from config import ROOT

REGIONS = Path(regions.__file__).parent / "data" / "430600.csv"
PACK = ROOT / "policies" / "demo-yueyang"


def load_reference() -> None:
    """Load or refresh the reference data; doing it twice changes nothing."""
    regions.import_regions(regions.read_regions(REGIONS))
    occupations.import_occupations()
    policies.import_pack(PACK, by=SYSTEM)
