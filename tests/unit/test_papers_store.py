import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.papers.store import MARK, Absent, FolderStore, Occupied, StoreAway

CONTENT = b"a paper"
KEY = hashlib.sha256(CONTENT).hexdigest()


def test_what_was_put_is_what_is_got(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "papers")
    assert not store.has(KEY)
    store.put(KEY, CONTENT)
    assert store.has(KEY)
    assert store.get(KEY) == CONTENT


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put(KEY, CONTENT)
    with pytest.raises(Occupied):
        store.put(KEY, b"other")
    assert store.get(KEY) == CONTENT


def test_a_missing_file_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(Absent):
        FolderStore(tmp_path).get(KEY)


@pytest.mark.parametrize("key", ["../../etc/passwd", "a" * 63, "A" * 64, "", KEY + "\n", "/" + KEY[1:]])
def test_a_key_that_is_no_hash_leads_nowhere(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        FolderStore(tmp_path).get(key)


def test_a_full_disk_leaves_no_part_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.papers.store.os.fsync", full)
    store = FolderStore(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        store.put(KEY, CONTENT)
    assert not store.has(KEY)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [MARK]


def test_of_many_who_put_at_once_one_wins_and_the_file_is_whole(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)

    def put(number: int) -> bool:
        try:
            store.put(KEY, bytes([number]) * 100_000)
        except Occupied:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(put, range(8)))
    assert won.count(True) == 1
    assert store.get(KEY) == bytes([won.index(True)]) * 100_000


def test_only_the_serving_account_may_read(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "papers")
    store.put(KEY, CONTENT)
    path = tmp_path / "papers" / KEY[:2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((path / KEY).stat().st_mode) == 0o600


def test_where_the_folder_is_away_nothing_is_kept_in_its_place(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "papers")
    store.put(KEY, CONTENT)
    (tmp_path / "papers").rename(tmp_path / "away")
    (tmp_path / "papers").mkdir()
    with pytest.raises(StoreAway):
        store.put("0" * 64, b"other")
    assert list((tmp_path / "papers").iterdir()) == []
    (tmp_path / "papers").rmdir()
    (tmp_path / "away").rename(tmp_path / "papers")
    assert store.get(KEY) == CONTENT
    store.put("0" * 64, b"other")


def test_a_folder_of_files_from_before_the_mark_is_taken_as_it_is(tmp_path: Path) -> None:
    FolderStore(tmp_path).put(KEY, CONTENT)
    (tmp_path / MARK).unlink()
    store = FolderStore(tmp_path)
    assert store.get(KEY) == CONTENT
    store.put("0" * 64, b"other")
