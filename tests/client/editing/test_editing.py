"""What editors share: requests, plans for layers, notes in them, sentences, the server's place."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from restore_colorize_client import (
    Candidate,
    Image,
    KnownColors,
    Pixels,
    Progress,
    Queued,
    Receipt,
    Reference,
    RefusedError,
    Result,
    ResultKind,
    Sample,
    SampleType,
)
from restore_colorize_client.editing import (
    ColorizeOptions,
    EarlierCandidate,
    EarlierJob,
    History,
    LayerMask,
    LayerNote,
    MadeCandidate,
    SampleOptions,
    ServerPlace,
    SourceFacts,
    SourceKind,
    can_draw_more,
    colorize_request,
    describe_event,
    more_samples,
    plan_candidates,
    plan_result,
    sample_request,
    why_not,
)
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

RECEIPT = Receipt(pb.Receipt(format=1, engine="colorize", seed=7).SerializeToString())


def picture(channels: int = 3, value: int = 0) -> Pixels:
    return Pixels(4, 3, channels, SampleType.UINT8, False, bytes([value]) * 12 * channels)


def result_of(count: int) -> Result:
    candidates = [Candidate(n, f"label {n}", 1.0, 40 + n, "exemplar-1") for n in range(count)]
    best_first = tuple(reversed(candidates))
    images = tuple(Image(ResultKind.IMAGE, n, picture(value=n)) for n in range(count))
    return Result(best_first, images, (), (), RECEIPT, ())


def test_a_selection_travels_only_where_colors_outside_of_it_count() -> None:
    references = [Reference(picture())]
    options = ColorizeOptions(strength=0.5, candidates=3, seed=9)
    request = colorize_request(picture(1), options, references=references, selection=picture(1))
    assert request.selection is None
    assert (request.task.strength, request.deliver, request.seed) == (0.5, 3, 9)
    options = ColorizeOptions(keeps_outside=True)
    request = colorize_request(picture(), options, selection=picture(1))
    assert request.selection is not None
    assert request.task.known_colors is KnownColors.OUTSIDE_SELECTION


@pytest.mark.parametrize("options", [ColorizeOptions(), ColorizeOptions(keeps_outside=True)])
def test_without_any_source_of_colors_nothing_is_sent(options: ColorizeOptions) -> None:
    with pytest.raises(RefusedError, match=r"reference|selected"):
        colorize_request(picture(), options)


def test_one_result_becomes_one_layer_whose_name_says_model_and_seed() -> None:
    plan = plan_result(result_of(1), "Colorized", source_id="12")
    (layer,) = plan.layers
    assert plan.group == ""
    assert layer.name == "Colorized · exemplar-1 · seed 40"
    assert layer.is_visible
    assert layer.note == LayerNote(RECEIPT, 0, "12")


def test_several_candidates_become_a_group_with_only_the_best_visible() -> None:
    plan = plan_result(result_of(3), "Colorized")
    assert plan.group == "Colorized (3 candidates)"
    assert [layer.is_visible for layer in plan.layers] == [True, False, False]
    assert [layer.note.candidate for layer in plan.layers] == [2, 1, 0]
    assert [bytes(layer.pixels.data)[0] for layer in plan.layers] == [2, 1, 0]
    assert "label 2" in plan.layers[0].name


def test_only_the_wanted_candidate_is_planned() -> None:
    plan = plan_result(result_of(3), "Repeated", only=1)
    assert [layer.note.candidate for layer in plan.layers] == [1]
    assert plan.group == ""


def test_notes_survive_being_kept() -> None:
    note = LayerNote(RECEIPT, 2, "31", target_channels=1, is_color_layer=True)
    assert LayerNote.from_bytes(note.to_bytes()) == note
    rendered = LayerNote(RECEIPT, rendered=(0.5, 1.25))
    assert LayerNote.from_bytes(rendered.to_bytes()) == rendered
    assert not note.needs_selection
    saw = pb.Receipt(format=1, selection_sha256="ab").SerializeToString()
    assert LayerNote(Receipt(saw)).needs_selection


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"format": 2}', b'{"format": 1}', b"\xff"])
def test_damaged_notes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(RefusedError, match="layer"):
        LayerNote.from_bytes(data)


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        (SourceFacts(has_floating_selection=True), "floating"),
        (SourceFacts(SourceKind.TEXT, "Title"), "text layer"),
        (SourceFacts(SourceKind.CHANNEL, "Red"), "channel"),
        (SourceFacts(SourceKind.GROUP, "Folder", is_empty_group=True), "empty"),
        (SourceFacts(locked_parent="Scans"), "“Scans” is locked"),
        (SourceFacts(name="Photo", misses_selection=True), "selected"),
    ],
)
def test_what_cannot_be_worked_on_is_said(facts: SourceFacts, word: str) -> None:
    assert word in why_not(facts)


def test_pictures_and_groups_can_be_worked_on() -> None:
    assert why_not(SourceFacts()) == ""
    assert why_not(SourceFacts(SourceKind.GROUP, "Folder")) == ""


def test_a_wait_is_told_in_words() -> None:
    assert describe_event(Queued(2, 0.0)) == "Waiting for the server, 2 before this one…"
    assert "before this one, about 31 s…" in describe_event(Queued(2, 31.0))
    assert describe_event(Progress("colorize", 0.5, 3.2, 0)) == "Coloring, about 3 s left…"
    assert describe_event(Progress("cool-down", 0.5, 0.0, 0)) == "Cool down…"


def test_a_chosen_server_is_kept_private_and_the_installed_python_wins(tmp_path: Path) -> None:
    file = tmp_path / "new" / "server.json"
    ServerPlace("host:1", "secret", "SHA256:00", python="/usr/bin/python3").save(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ServerPlace.load(file, python="/other") == ServerPlace(
        "host:1", "secret", "SHA256:00", "/other"
    )


@pytest.mark.parametrize("text", [None, "", "[]", "{", '{"nonsense": 1}'])
def test_without_a_choice_the_local_server_is_used(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "server.json"
    if text is not None:
        file.write_text(text)
    assert ServerPlace.load(file, python="/py") == ServerPlace(python="/py")


def test_samples_are_asked_for_and_drawn_on_with_other_seeds() -> None:
    options = SampleOptions(candidates=3, temperature=0.5, diversity=0.25, seed=9)
    request = sample_request(picture(1), options, selection=picture(1))
    assert isinstance(request.task, Sample)
    assert (request.task.temperature, request.task.diversity) == (0.5, 0.25)
    assert (request.selection, request.deliver) == (None, 3)
    assert can_draw_more(request)
    assert more_samples(request, []).seed == 12
    assert more_samples(request, [40, 10]).seed == 41
    assert more_samples(request, [2**63 - 1]).seed == 0
    assert sample_request(picture(), options, deliver=1).deliver == 1
    strokes, unsure = picture(), SampleOptions(shows_uncertainty=True)
    hinted = sample_request(picture(), unsure, hints=strokes)
    assert hinted.hints is strokes
    assert (hinted.explain, request.explain) == (True, False)
    kept = sample_request(picture(), SampleOptions(keeps_outside=True), selection=picture(1))
    assert kept.selection is not None
    with pytest.raises(RefusedError, match="selected"):
        sample_request(picture(), SampleOptions(keeps_outside=True))
    colorize = colorize_request(picture(1), ColorizeOptions(), references=[Reference(picture())])
    assert not can_draw_more(colorize)


def test_a_mix_shows_the_best_below_and_hides_the_others_behind_masks() -> None:
    other = Receipt(pb.Receipt(format=1, engine="sample", seed=8).SerializeToString())
    made = [
        MadeCandidate(Candidate(n, f"label {n}", 1.0, n, "m"), picture(value=n), receipt, 1)
        for n, receipt in enumerate((RECEIPT, other))
    ]
    plan = plan_candidates(made, "Colorized", is_mix=True)
    assert plan.is_mix
    assert plan.group == "Colorized (2 to mix)"
    assert [layer.mask for layer in plan.layers] == [LayerMask.EMPTY, LayerMask.FULL]
    assert all(layer.is_visible for layer in plan.layers)
    assert [layer.note.receipt for layer in plan.layers] == [other, RECEIPT]
    assert plan.layers[0].note.target_channels == 1
    alone = plan_candidates(made[:1], "Colorized", is_mix=True)
    assert not alone.is_mix
    assert alone.layers[0].mask is LayerMask.SELECTION


@pytest.mark.parametrize("is_mix", [False, True])
def test_uncertainty_is_the_lowest_layer_and_hidden(is_mix: bool) -> None:
    doubt = Image(ResultKind.UNCERTAINTY, 2, picture(1, value=9))
    whole = result_of(3)
    result = Result(whole.candidates, (*whole.images, doubt), (), (), RECEIPT, ())
    plan = plan_result(result, "Colorized", is_color_layer=True, is_mix=is_mix)
    *others, lowest = plan.layers
    assert lowest.explains
    assert not any(layer.explains for layer in others)
    assert (lowest.name, lowest.is_visible, lowest.note) == ("Uncertainty", False, None)
    assert lowest.pixels.view() == picture(3, value=9).view()
    assert [layer.explains for layer in plan_result(whole, "Colorized").layers] == [False] * 3


def earlier(seed: int, picture_bytes: int = 3) -> EarlierJob:
    receipt = Receipt(pb.Receipt(format=1, engine="sample", seed=seed).SerializeToString())
    candidate = EarlierCandidate(Candidate(1, "é", 0.5, seed, "m"), b"j" * picture_bytes)
    return EarlierJob(receipt, (candidate,), f"layer {seed % 2}", 1, (0.5, 1.5))


def test_a_history_keeps_the_newest_jobs_and_stays_small() -> None:
    history = History().with_job(earlier(1)).with_job(earlier(2)).with_job(earlier(1))
    assert [job.receipt for job in history.jobs] == [earlier(1).receipt, earlier(2).receipt]
    assert History.from_bytes(history.to_bytes()) == history
    assert history.of_source("layer 0") == (earlier(2),)
    for seed in range(30):
        history = history.with_job(earlier(seed, 2**19))
    assert history.jobs[0] == earlier(29, 2**19)
    assert len(history.jobs) == 12
    kept = History.from_bytes(history.to_bytes()).jobs
    assert 1 <= len(kept) < 12
    assert len(history.to_bytes()) < 2**21
    assert kept[0] == earlier(29, 2**19)


@pytest.mark.parametrize("data", [b"", b"{}", b"[{}]", b"[1]", b"\xff"])
def test_a_damaged_history_is_none(data: bytes) -> None:
    assert History.from_bytes(data) == History()
