"""The pace of each destination, on a clock that the tests turn."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.pace import LONGEST_LINE, Pace

GROUP = "desk:telegram:-1001"
CHAT = "telegram:42:7"
CHANNEL = "desk:slack:C01"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def sent(
    pace: Pace, clock: Clock, destination: str, seconds: float, *, urgent: bool
) -> list[float]:
    """Send as fast as the pace lets us for so long; when each send went."""
    times = []
    end = clock.now + seconds
    while clock.now < end:
        wait = pace.take(destination, urgent=urgent)
        if wait > 0:
            clock.now += wait
        else:
            times.append(clock.now)
    return times


def most_in(times: list[float], stretch: float) -> int:
    return max(sum(1 for at in times if start <= at < start + stretch) for start in times)


def test_a_group_gets_at_most_twenty_a_minute_and_leaves_room_for_alerts() -> None:
    clock = Clock()
    times = sent(Pace(clock), clock, GROUP, 300, urgent=False)
    assert most_in(times, 60) <= 18
    assert len(times) >= 5 * 12


def test_even_alerts_stay_under_the_groups_limit() -> None:
    clock = Clock()
    assert most_in(sent(Pace(clock), clock, GROUP, 300, urgent=True), 60) <= 20


def test_an_alert_does_not_wait_behind_ordinary_posts() -> None:
    clock = Clock()
    pace = Pace(clock)
    while pace.take(GROUP) == 0:
        pass
    assert pace.take(GROUP) > 0
    assert pace.take(GROUP, urgent=True) == 0


def test_a_chat_gets_a_short_burst_then_one_a_second() -> None:
    clock = Clock()
    times = sent(Pace(clock), clock, CHAT, 60, urgent=False)
    assert times[7] == times[0]
    assert most_in(times[8:], 10) <= 11


def test_a_slack_channel_gets_one_a_second() -> None:
    clock = Clock()
    assert most_in(sent(Pace(clock), clock, CHANNEL, 60, urgent=False)[4:], 10) <= 11


def test_one_bot_sends_no_more_than_thirty_a_second_in_all() -> None:
    clock = Clock()
    pace = Pace(clock)
    times = []
    for chat in range(300):
        while (wait := pace.take(f"telegram:42:{chat}")) > 0:
            clock.now += wait
        times.append(clock.now)
    assert most_in(times, 1.0) <= 30


def test_destinations_do_not_wait_for_one_another() -> None:
    pace = Pace(Clock())
    while pace.take(GROUP) == 0:
        pass
    assert pace.take(CHANNEL) == 0
    assert pace.take(CHAT) == 0


def test_our_own_pages_have_no_limit() -> None:
    pace = Pace(Clock())
    assert all(pace.take("web:local:x") == 0 and pace.take("desk:web") == 0 for _ in range(500))


def test_a_long_line_is_looked_at_one_by_one() -> None:
    pace = Pace(Clock())
    places = [pace.later(GROUP) for _ in range(40)]
    assert places[0] == 5.0
    assert places == sorted(places)
    assert places[-1] == LONGEST_LINE


def test_what_is_idle_is_forgotten() -> None:
    clock = Clock()
    pace = Pace(clock)
    for chat in range(50):
        pace.take(f"telegram:42:{chat}")
        clock.now += 10
    clock.now += 1_000
    pace.take(CHAT)
    assert len(pace._buckets) == 2


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 30)), max_size=120))
def test_any_mix_stays_under_the_groups_limit(posts: list[tuple[bool, float]]) -> None:
    clock = Clock()
    pace = Pace(clock)
    times = []
    for urgent, pause in posts:
        clock.now += pause
        if pace.take(GROUP, urgent=urgent) == 0:
            times.append(clock.now)
    assert not times or most_in(times, 60) <= 20
