from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    TARGET: _ClassVar[Role]
    SELECTION: _ClassVar[Role]
    DAMAGE: _ClassVar[Role]
    HINTS: _ClassVar[Role]
    REFERENCE: _ClassVar[Role]

class SampleType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SAMPLE_TYPE_UNSPECIFIED: _ClassVar[SampleType]
    UINT8: _ClassVar[SampleType]
    UINT16: _ClassVar[SampleType]
    FLOAT32: _ClassVar[SampleType]

class KnownColors(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KNOWN_COLORS_NONE: _ClassVar[KnownColors]
    KNOWN_COLORS_OUTSIDE_SELECTION: _ClassVar[KnownColors]

class ResultKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESULT_KIND_UNSPECIFIED: _ClassVar[ResultKind]
    IMAGE: _ClassVar[ResultKind]
    PREVIEW: _ClassVar[ResultKind]
    UNCERTAINTY: _ClassVar[ResultKind]
    DAMAGE_MASK: _ClassVar[ResultKind]
ROLE_UNSPECIFIED: Role
TARGET: Role
SELECTION: Role
DAMAGE: Role
HINTS: Role
REFERENCE: Role
SAMPLE_TYPE_UNSPECIFIED: SampleType
UINT8: SampleType
UINT16: SampleType
FLOAT32: SampleType
KNOWN_COLORS_NONE: KnownColors
KNOWN_COLORS_OUTSIDE_SELECTION: KnownColors
RESULT_KIND_UNSPECIFIED: ResultKind
IMAGE: ResultKind
PREVIEW: ResultKind
UNCERTAINTY: ResultKind
DAMAGE_MASK: ResultKind

class DescribeRequest(_message.Message):
    __slots__ = ("nonce",)
    NONCE_FIELD_NUMBER: _ClassVar[int]
    nonce: str
    def __init__(self, nonce: _Optional[str] = ...) -> None: ...

class DescribeReply(_message.Message):
    __slots__ = ("nonce", "version", "protocol", "engines", "models", "environment", "limits", "queue", "uptime_s", "loopback")
    NONCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PROTOCOL_FIELD_NUMBER: _ClassVar[int]
    ENGINES_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    UPTIME_S_FIELD_NUMBER: _ClassVar[int]
    LOOPBACK_FIELD_NUMBER: _ClassVar[int]
    nonce: str
    version: str
    protocol: int
    engines: _containers.RepeatedCompositeFieldContainer[Engine]
    models: _containers.RepeatedCompositeFieldContainer[Model]
    environment: Environment
    limits: Limits
    queue: QueueState
    uptime_s: float
    loopback: bool
    def __init__(self, nonce: _Optional[str] = ..., version: _Optional[str] = ..., protocol: _Optional[int] = ..., engines: _Optional[_Iterable[_Union[Engine, _Mapping]]] = ..., models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ..., environment: _Optional[_Union[Environment, _Mapping]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., queue: _Optional[_Union[QueueState, _Mapping]] = ..., uptime_s: _Optional[float] = ..., loopback: bool = ...) -> None: ...

class Engine(_message.Message):
    __slots__ = ("name", "title", "models", "takes_references", "takes_hints", "takes_selection", "takes_damage", "gives_candidates")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    TAKES_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    TAKES_HINTS_FIELD_NUMBER: _ClassVar[int]
    TAKES_SELECTION_FIELD_NUMBER: _ClassVar[int]
    TAKES_DAMAGE_FIELD_NUMBER: _ClassVar[int]
    GIVES_CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: str
    models: _containers.RepeatedScalarFieldContainer[str]
    takes_references: bool
    takes_hints: bool
    takes_selection: bool
    takes_damage: bool
    gives_candidates: bool
    def __init__(self, name: _Optional[str] = ..., title: _Optional[str] = ..., models: _Optional[_Iterable[str]] = ..., takes_references: bool = ..., takes_hints: bool = ..., takes_selection: bool = ..., takes_damage: bool = ..., gives_candidates: bool = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("name", "role", "network", "paper", "parameters", "sha256", "license", "is_default", "card")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    NETWORK_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    LICENSE_FIELD_NUMBER: _ClassVar[int]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    CARD_FIELD_NUMBER: _ClassVar[int]
    name: str
    role: str
    network: str
    paper: str
    parameters: int
    sha256: str
    license: str
    is_default: bool
    card: str
    def __init__(self, name: _Optional[str] = ..., role: _Optional[str] = ..., network: _Optional[str] = ..., paper: _Optional[str] = ..., parameters: _Optional[int] = ..., sha256: _Optional[str] = ..., license: _Optional[str] = ..., is_default: bool = ..., card: _Optional[str] = ...) -> None: ...

class Environment(_message.Message):
    __slots__ = ("device", "dtype", "threads", "instruction_set", "torch_version", "package_version")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    DTYPE_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTION_SET_FIELD_NUMBER: _ClassVar[int]
    TORCH_VERSION_FIELD_NUMBER: _ClassVar[int]
    PACKAGE_VERSION_FIELD_NUMBER: _ClassVar[int]
    device: str
    dtype: str
    threads: int
    instruction_set: str
    torch_version: str
    package_version: str
    def __init__(self, device: _Optional[str] = ..., dtype: _Optional[str] = ..., threads: _Optional[int] = ..., instruction_set: _Optional[str] = ..., torch_version: _Optional[str] = ..., package_version: _Optional[str] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_pixels", "max_bytes", "max_chunk_bytes", "max_side", "max_planes", "max_waiting_jobs", "idle_render_s", "max_compared")
    MAX_PIXELS_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_CHUNK_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_SIDE_FIELD_NUMBER: _ClassVar[int]
    MAX_PLANES_FIELD_NUMBER: _ClassVar[int]
    MAX_WAITING_JOBS_FIELD_NUMBER: _ClassVar[int]
    IDLE_RENDER_S_FIELD_NUMBER: _ClassVar[int]
    MAX_COMPARED_FIELD_NUMBER: _ClassVar[int]
    max_pixels: int
    max_bytes: int
    max_chunk_bytes: int
    max_side: int
    max_planes: int
    max_waiting_jobs: int
    idle_render_s: float
    max_compared: int
    def __init__(self, max_pixels: _Optional[int] = ..., max_bytes: _Optional[int] = ..., max_chunk_bytes: _Optional[int] = ..., max_side: _Optional[int] = ..., max_planes: _Optional[int] = ..., max_waiting_jobs: _Optional[int] = ..., idle_render_s: _Optional[float] = ..., max_compared: _Optional[int] = ...) -> None: ...

class QueueState(_message.Message):
    __slots__ = ("waiting", "running")
    WAITING_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    waiting: int
    running: int
    def __init__(self, waiting: _Optional[int] = ..., running: _Optional[int] = ...) -> None: ...

class RunRequest(_message.Message):
    __slots__ = ("job", "chunk", "finish", "render")
    JOB_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    FINISH_FIELD_NUMBER: _ClassVar[int]
    RENDER_FIELD_NUMBER: _ClassVar[int]
    job: Job
    chunk: Chunk
    finish: Finish
    render: Render
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ..., chunk: _Optional[_Union[Chunk, _Mapping]] = ..., finish: _Optional[_Union[Finish, _Mapping]] = ..., render: _Optional[_Union[Render, _Mapping]] = ...) -> None: ...

class Job(_message.Message):
    __slots__ = ("protocol", "planes", "region", "model", "seed", "deliver", "preview_short_side", "explain", "repeat", "restore", "colorize", "sample", "suggest_references", "detect_damage")
    PROTOCOL_FIELD_NUMBER: _ClassVar[int]
    PLANES_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    DELIVER_FIELD_NUMBER: _ClassVar[int]
    PREVIEW_SHORT_SIDE_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    REPEAT_FIELD_NUMBER: _ClassVar[int]
    RESTORE_FIELD_NUMBER: _ClassVar[int]
    COLORIZE_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    SUGGEST_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    DETECT_DAMAGE_FIELD_NUMBER: _ClassVar[int]
    protocol: int
    planes: _containers.RepeatedCompositeFieldContainer[Plane]
    region: Region
    model: str
    seed: int
    deliver: int
    preview_short_side: int
    explain: bool
    repeat: Receipt
    restore: Restore
    colorize: Colorize
    sample: Sample
    suggest_references: SuggestReferences
    detect_damage: DetectDamage
    def __init__(self, protocol: _Optional[int] = ..., planes: _Optional[_Iterable[_Union[Plane, _Mapping]]] = ..., region: _Optional[_Union[Region, _Mapping]] = ..., model: _Optional[str] = ..., seed: _Optional[int] = ..., deliver: _Optional[int] = ..., preview_short_side: _Optional[int] = ..., explain: bool = ..., repeat: _Optional[_Union[Receipt, _Mapping]] = ..., restore: _Optional[_Union[Restore, _Mapping]] = ..., colorize: _Optional[_Union[Colorize, _Mapping]] = ..., sample: _Optional[_Union[Sample, _Mapping]] = ..., suggest_references: _Optional[_Union[SuggestReferences, _Mapping]] = ..., detect_damage: _Optional[_Union[DetectDamage, _Mapping]] = ...) -> None: ...

class Region(_message.Message):
    __slots__ = ("x", "y", "width", "height", "layer_width", "layer_height")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    LAYER_WIDTH_FIELD_NUMBER: _ClassVar[int]
    LAYER_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    x: int
    y: int
    width: int
    height: int
    layer_width: int
    layer_height: int
    def __init__(self, x: _Optional[int] = ..., y: _Optional[int] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., layer_width: _Optional[int] = ..., layer_height: _Optional[int] = ...) -> None: ...

class Plane(_message.Message):
    __slots__ = ("id", "role", "width", "height", "channels", "sample_type", "has_alpha", "name")
    ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_TYPE_FIELD_NUMBER: _ClassVar[int]
    HAS_ALPHA_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    id: int
    role: Role
    width: int
    height: int
    channels: int
    sample_type: SampleType
    has_alpha: bool
    name: str
    def __init__(self, id: _Optional[int] = ..., role: _Optional[_Union[Role, str]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., channels: _Optional[int] = ..., sample_type: _Optional[_Union[SampleType, str]] = ..., has_alpha: bool = ..., name: _Optional[str] = ...) -> None: ...

class Chunk(_message.Message):
    __slots__ = ("plane", "offset", "data")
    PLANE_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    plane: int
    offset: int
    data: bytes
    def __init__(self, plane: _Optional[int] = ..., offset: _Optional[int] = ..., data: _Optional[bytes] = ...) -> None: ...

class Finish(_message.Message):
    __slots__ = ("planes",)
    PLANES_FIELD_NUMBER: _ClassVar[int]
    planes: _containers.RepeatedCompositeFieldContainer[PlaneBytes]
    def __init__(self, planes: _Optional[_Iterable[_Union[PlaneBytes, _Mapping]]] = ...) -> None: ...

class PlaneBytes(_message.Message):
    __slots__ = ("plane", "bytes")
    PLANE_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    plane: int
    bytes: int
    def __init__(self, plane: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...

class Restore(_message.Message):
    __slots__ = ("strength", "eagerness", "tone", "white_balance", "colorize", "colors")
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    EAGERNESS_FIELD_NUMBER: _ClassVar[int]
    TONE_FIELD_NUMBER: _ClassVar[int]
    WHITE_BALANCE_FIELD_NUMBER: _ClassVar[int]
    COLORIZE_FIELD_NUMBER: _ClassVar[int]
    COLORS_FIELD_NUMBER: _ClassVar[int]
    strength: float
    eagerness: float
    tone: bool
    white_balance: bool
    colorize: bool
    colors: Colorize
    def __init__(self, strength: _Optional[float] = ..., eagerness: _Optional[float] = ..., tone: bool = ..., white_balance: bool = ..., colorize: bool = ..., colors: _Optional[_Union[Colorize, _Mapping]] = ...) -> None: ...

class Colorize(_message.Message):
    __slots__ = ("strength", "saturation", "known_colors", "candidates", "working_short_side", "trust", "model", "folders", "excluded")
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    SATURATION_FIELD_NUMBER: _ClassVar[int]
    KNOWN_COLORS_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    WORKING_SHORT_SIDE_FIELD_NUMBER: _ClassVar[int]
    TRUST_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    FOLDERS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_FIELD_NUMBER: _ClassVar[int]
    strength: float
    saturation: float
    known_colors: KnownColors
    candidates: int
    working_short_side: int
    trust: float
    model: str
    folders: _containers.RepeatedScalarFieldContainer[str]
    excluded: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, strength: _Optional[float] = ..., saturation: _Optional[float] = ..., known_colors: _Optional[_Union[KnownColors, str]] = ..., candidates: _Optional[int] = ..., working_short_side: _Optional[int] = ..., trust: _Optional[float] = ..., model: _Optional[str] = ..., folders: _Optional[_Iterable[str]] = ..., excluded: _Optional[_Iterable[str]] = ...) -> None: ...

class Sample(_message.Message):
    __slots__ = ("strength", "saturation", "known_colors", "candidates", "temperature", "top_p", "diversity", "refine")
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    SATURATION_FIELD_NUMBER: _ClassVar[int]
    KNOWN_COLORS_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    TOP_P_FIELD_NUMBER: _ClassVar[int]
    DIVERSITY_FIELD_NUMBER: _ClassVar[int]
    REFINE_FIELD_NUMBER: _ClassVar[int]
    strength: float
    saturation: float
    known_colors: KnownColors
    candidates: int
    temperature: float
    top_p: float
    diversity: float
    refine: bool
    def __init__(self, strength: _Optional[float] = ..., saturation: _Optional[float] = ..., known_colors: _Optional[_Union[KnownColors, str]] = ..., candidates: _Optional[int] = ..., temperature: _Optional[float] = ..., top_p: _Optional[float] = ..., diversity: _Optional[float] = ..., refine: bool = ...) -> None: ...

class SuggestReferences(_message.Message):
    __slots__ = ("count", "folders", "excluded")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    FOLDERS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_FIELD_NUMBER: _ClassVar[int]
    count: int
    folders: _containers.RepeatedScalarFieldContainer[str]
    excluded: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, count: _Optional[int] = ..., folders: _Optional[_Iterable[str]] = ..., excluded: _Optional[_Iterable[str]] = ...) -> None: ...

class DetectDamage(_message.Message):
    __slots__ = ("sensitivity",)
    SENSITIVITY_FIELD_NUMBER: _ClassVar[int]
    sensitivity: float
    def __init__(self, sensitivity: _Optional[float] = ...) -> None: ...

class Render(_message.Message):
    __slots__ = ("id", "candidate", "strength", "saturation", "preview_short_side")
    ID_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    SATURATION_FIELD_NUMBER: _ClassVar[int]
    PREVIEW_SHORT_SIDE_FIELD_NUMBER: _ClassVar[int]
    id: int
    candidate: int
    strength: float
    saturation: float
    preview_short_side: int
    def __init__(self, id: _Optional[int] = ..., candidate: _Optional[int] = ..., strength: _Optional[float] = ..., saturation: _Optional[float] = ..., preview_short_side: _Optional[int] = ...) -> None: ...

class RunEvent(_message.Message):
    __slots__ = ("queued", "progress", "warning", "candidate", "result", "chunk", "verdict", "done")
    QUEUED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    WARNING_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    queued: Queued
    progress: Progress
    warning: Warning
    candidate: Candidate
    result: Result
    chunk: Chunk
    verdict: ReferenceVerdict
    done: Done
    def __init__(self, queued: _Optional[_Union[Queued, _Mapping]] = ..., progress: _Optional[_Union[Progress, _Mapping]] = ..., warning: _Optional[_Union[Warning, _Mapping]] = ..., candidate: _Optional[_Union[Candidate, _Mapping]] = ..., result: _Optional[_Union[Result, _Mapping]] = ..., chunk: _Optional[_Union[Chunk, _Mapping]] = ..., verdict: _Optional[_Union[ReferenceVerdict, _Mapping]] = ..., done: _Optional[_Union[Done, _Mapping]] = ...) -> None: ...

class Queued(_message.Message):
    __slots__ = ("position", "ahead_s")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    AHEAD_S_FIELD_NUMBER: _ClassVar[int]
    position: int
    ahead_s: float
    def __init__(self, position: _Optional[int] = ..., ahead_s: _Optional[float] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("stage", "fraction", "remaining_s", "memory_bytes")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    REMAINING_S_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    stage: str
    fraction: float
    remaining_s: float
    memory_bytes: int
    def __init__(self, stage: _Optional[str] = ..., fraction: _Optional[float] = ..., remaining_s: _Optional[float] = ..., memory_bytes: _Optional[int] = ...) -> None: ...

class Warning(_message.Message):
    __slots__ = ("code", "text")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    code: str
    text: str
    def __init__(self, code: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("index", "label", "score", "seed", "model")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    index: int
    label: str
    score: float
    seed: int
    model: str
    def __init__(self, index: _Optional[int] = ..., label: _Optional[str] = ..., score: _Optional[float] = ..., seed: _Optional[int] = ..., model: _Optional[str] = ...) -> None: ...

class Result(_message.Message):
    __slots__ = ("plane", "kind", "candidate", "render")
    PLANE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    RENDER_FIELD_NUMBER: _ClassVar[int]
    plane: Plane
    kind: ResultKind
    candidate: int
    render: int
    def __init__(self, plane: _Optional[_Union[Plane, _Mapping]] = ..., kind: _Optional[_Union[ResultKind, str]] = ..., candidate: _Optional[int] = ..., render: _Optional[int] = ...) -> None: ...

class ReferenceVerdict(_message.Message):
    __slots__ = ("plane", "related", "score", "path", "reasons")
    PLANE_FIELD_NUMBER: _ClassVar[int]
    RELATED_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    plane: int
    related: float
    score: float
    path: str
    reasons: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, plane: _Optional[int] = ..., related: _Optional[float] = ..., score: _Optional[float] = ..., path: _Optional[str] = ..., reasons: _Optional[_Iterable[str]] = ...) -> None: ...

class Done(_message.Message):
    __slots__ = ("receipt", "render", "timings", "ranking")
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    RENDER_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    RANKING_FIELD_NUMBER: _ClassVar[int]
    receipt: Receipt
    render: int
    timings: _containers.RepeatedCompositeFieldContainer[Timing]
    ranking: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, receipt: _Optional[_Union[Receipt, _Mapping]] = ..., render: _Optional[int] = ..., timings: _Optional[_Iterable[_Union[Timing, _Mapping]]] = ..., ranking: _Optional[_Iterable[int]] = ...) -> None: ...

class Timing(_message.Message):
    __slots__ = ("stage", "seconds")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    stage: str
    seconds: float
    def __init__(self, stage: _Optional[str] = ..., seconds: _Optional[float] = ...) -> None: ...

class Receipt(_message.Message):
    __slots__ = ("format", "engine", "model", "weights_sha256", "seed", "environment", "target_sha256", "region", "working_width", "working_height", "references", "hints", "selection_sha256", "damage_sha256", "color_model", "color_weights_sha256", "restore", "colorize", "sample", "suggest_references", "detect_damage")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_SHA256_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    TARGET_SHA256_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    WORKING_WIDTH_FIELD_NUMBER: _ClassVar[int]
    WORKING_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    REFERENCES_FIELD_NUMBER: _ClassVar[int]
    HINTS_FIELD_NUMBER: _ClassVar[int]
    SELECTION_SHA256_FIELD_NUMBER: _ClassVar[int]
    DAMAGE_SHA256_FIELD_NUMBER: _ClassVar[int]
    COLOR_MODEL_FIELD_NUMBER: _ClassVar[int]
    COLOR_WEIGHTS_SHA256_FIELD_NUMBER: _ClassVar[int]
    RESTORE_FIELD_NUMBER: _ClassVar[int]
    COLORIZE_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    SUGGEST_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    DETECT_DAMAGE_FIELD_NUMBER: _ClassVar[int]
    format: int
    engine: str
    model: str
    weights_sha256: str
    seed: int
    environment: Environment
    target_sha256: str
    region: Region
    working_width: int
    working_height: int
    references: _containers.RepeatedCompositeFieldContainer[WorkingPicture]
    hints: WorkingPicture
    selection_sha256: str
    damage_sha256: str
    color_model: str
    color_weights_sha256: str
    restore: Restore
    colorize: Colorize
    sample: Sample
    suggest_references: SuggestReferences
    detect_damage: DetectDamage
    def __init__(self, format: _Optional[int] = ..., engine: _Optional[str] = ..., model: _Optional[str] = ..., weights_sha256: _Optional[str] = ..., seed: _Optional[int] = ..., environment: _Optional[_Union[Environment, _Mapping]] = ..., target_sha256: _Optional[str] = ..., region: _Optional[_Union[Region, _Mapping]] = ..., working_width: _Optional[int] = ..., working_height: _Optional[int] = ..., references: _Optional[_Iterable[_Union[WorkingPicture, _Mapping]]] = ..., hints: _Optional[_Union[WorkingPicture, _Mapping]] = ..., selection_sha256: _Optional[str] = ..., damage_sha256: _Optional[str] = ..., color_model: _Optional[str] = ..., color_weights_sha256: _Optional[str] = ..., restore: _Optional[_Union[Restore, _Mapping]] = ..., colorize: _Optional[_Union[Colorize, _Mapping]] = ..., sample: _Optional[_Union[Sample, _Mapping]] = ..., suggest_references: _Optional[_Union[SuggestReferences, _Mapping]] = ..., detect_damage: _Optional[_Union[DetectDamage, _Mapping]] = ...) -> None: ...

class WorkingPicture(_message.Message):
    __slots__ = ("width", "height", "channels", "deflated", "name")
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    DEFLATED_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    width: int
    height: int
    channels: int
    deflated: bytes
    name: str
    def __init__(self, width: _Optional[int] = ..., height: _Optional[int] = ..., channels: _Optional[int] = ..., deflated: _Optional[bytes] = ..., name: _Optional[str] = ...) -> None: ...

class ShutdownRequest(_message.Message):
    __slots__ = ("grace_s",)
    GRACE_S_FIELD_NUMBER: _ClassVar[int]
    grace_s: float
    def __init__(self, grace_s: _Optional[float] = ...) -> None: ...

class ShutdownReply(_message.Message):
    __slots__ = ("running",)
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    running: int
    def __init__(self, running: _Optional[int] = ...) -> None: ...
