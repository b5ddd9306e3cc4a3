from emads_voice.channels.admission import HOLD_S, Admission


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_house_may_be_full() -> None:
    places = Admission(2, 2)
    assert places.admit("CA1", "+841") == ""
    assert places.admit("CA2", "+842") == ""
    assert places.admit("CA3", "+843") == "all 2 lines are taken"
    places.release("CA1")
    assert places.admit("CA3", "+843") == ""


def test_one_caller_cannot_take_every_place() -> None:
    places = Admission(9, 2)
    assert places.admit("CA1", "+841") == places.admit("CA2", "+841") == ""
    assert places.admit("CA3", "+841") == "this caller has 2 calls already"
    assert places.admit("CA4", "") == places.admit("CA5", "") == places.admit("CA6", "") == ""


def test_asking_again_takes_no_second_place() -> None:
    places = Admission(1, 1)
    assert places.admit("CA1", "+841") == places.admit("CA1", "+841") == ""
    assert places.calls == 1


def test_a_place_nobody_takes_is_freed_and_an_open_line_is_not() -> None:
    clock = Clock()
    places = Admission(1, 1, clock=clock)
    places.admit("CA1", "+841")
    clock.now = HOLD_S - 1
    assert places.admit("CA2", "+842")
    places.admit("CA1", "+841")
    clock.now += HOLD_S - 1
    assert places.calls == 1
    clock.now += 1
    assert places.admit("CA2", "+842") == ""
    places.open("CA2")
    clock.now += 10 * HOLD_S
    places.admit("CA2", "+842")
    clock.now += 10 * HOLD_S
    assert places.calls == 1
    places.hold("CA2")
    clock.now += HOLD_S
    assert places.calls == 0


def test_draining_keeps_those_who_are_there() -> None:
    places = Admission(9, 9)
    places.admit("CA1", "+841")
    places.drain()
    assert places.draining
    assert places.admit("CA2", "+842") == "the server is shutting down"
    assert places.admit("CA1", "+841") == ""
