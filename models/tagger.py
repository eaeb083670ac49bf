"""The fine-tuned transformer that judges a report: roles of sentences, worth for a summary.

Sequential sentence classification (Cohan et al. 2019, arXiv:1909.04054) with a standard
token-classification head: the whole report, headings included, is packed into
overlapping windows; the log-probabilities of a sentence's tokens, weighted by their
distance from the window's edge, are averaged. Long reports take more windows, nothing
is cut off.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from transformers import AutoModelForTokenClassification, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from models.boundaries import BoundaryHead, load_head, token_features
from models.outputs import OUTPUTS, ROLES
from models.shipped import SHIPPED_CHECKPOINT
from models.windows import Window, pack
from report.domain import Report, RoleScores
from report.tagging import ModelCard, Tagging, Track
from report.watching import UNWATCHED, Watch

_SPECIAL_TOKENS = 2
_WINDOWS_A_BATCH = 4
# Rounding lengths up keeps the number of distinct tensor shapes small, so that the
# allocator and oneDNN reuse what they have instead of growing with every new length.
_LENGTH_STEP = 32
_VECTOR_LAYER = 2
_SURE_END = 0.8
"""A full stop is put back only where the head is this sure."""


Positions = npt.NDArray[np.int64]


class CheckpointError(Exception):
    """The checkpoint cannot be loaded or does not know the four roles."""


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """How reports are packed: tokens a window (special tokens excluded) and overlap."""

    size: int = 510
    overlap: int = 128


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A report's tokens.

    Attributes:
        ids: what the model reads.
        sentence: the sentence each token belongs to, -1 for none.
        ends: the position in the report's text after each token's last character.
    """

    ids: torch.Tensor
    sentence: torch.Tensor
    ends: Positions


@dataclass(slots=True)
class _Sums:
    """Running weighted sums over windows: of each sentence's tokens, and of each token."""

    log_probabilities: torch.Tensor
    vectors: torch.Tensor
    weights: torch.Tensor
    summary_logits: torch.Tensor
    token_weights: torch.Tensor

    @classmethod
    def none_yet(cls, sentences: int, tokens: int, vector_size: int, outputs: int) -> _Sums:
        """Sums of nothing."""
        return cls(
            torch.zeros(sentences, len(ROLES)),
            torch.zeros(sentences, vector_size),
            torch.zeros(sentences),
            torch.zeros(tokens, outputs),
            torch.zeros(tokens),
        )


@dataclass(frozen=True, slots=True)
class _Row:
    """One window, of the tokens that it is a window of."""

    window: Window
    ids: torch.Tensor

    @property
    def length(self) -> int:
        """Tokens, the special ones excluded."""
        return self.window.end - self.window.start


@dataclass(frozen=True, slots=True)
class _Work:
    """A report under way."""

    tokens: _Tokens
    sums: _Sums


class TransformerTagger:
    """A token classifier over the four roles; see ``load``. Not safe for parallel calls."""

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        card: ModelCard,
        windows: WindowSettings,
        boundaries: BoundaryHead | None,
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._card = card
        self._windows = windows
        self._boundaries = boundaries
        self._temperature = float(getattr(model.config, "role_temperature", 1.0))
        columns = [model.config.label2id[name] for name in OUTPUTS]
        self._role_columns, self._summary_columns = columns[: len(ROLES)], columns[len(ROLES) :]

    @classmethod
    def load(
        cls, source: str | Path = SHIPPED_CHECKPOINT, windows: WindowSettings = WindowSettings()
    ) -> TransformerTagger:
        """Load a token-classification checkpoint from a folder, or by its hub id.

        Raises:
            CheckpointError: if there is no such checkpoint, or it lacks one of
                ``models.outputs.OUTPUTS``.
        """
        disable_progress_bar()
        # A folder is all there is to a folder: the hub is never asked about it.
        is_folder = Path(source).is_dir()
        if not is_folder and (Path(source).is_absolute() or str(source).startswith(".")):
            raise CheckpointError(f"there is no folder {str(source)!r}")
        try:
            tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=is_folder)
            model = AutoModelForTokenClassification.from_pretrained(
                source, dtype=torch.float32, local_files_only=is_folder
            )
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            raise CheckpointError(f"cannot load the checkpoint {str(source)!r}: {error}") from error
        missing = set(OUTPUTS) - set(model.config.label2id)
        if missing:
            raise CheckpointError(
                f"the checkpoint {str(source)!r} has no label for {', '.join(sorted(missing))}"
            )
        model.eval()
        # Reports are longer than a window; they are packed here, never by the tokenizer.
        tokenizer.model_max_length = int(1e9)
        head = load_head(Path(source), model.config.hidden_size) if is_folder else None
        return cls(model, tokenizer, _card(source, model, head), windows, head)

    @property
    def card(self) -> ModelCard:
        """Name and version of the checkpoint."""
        return self._card

    def tag(self, report: Report) -> Tagging:
        """Judge every sentence of one report; see ``tag_all``."""
        return self.tag_all([report])[0]

    def tag_all(self, reports: Sequence[Report], watch: Watch = UNWATCHED) -> list[Tagging]:
        """Judge every sentence of each report; all windows go through the model together.

        A sentence without any token the model knows (say, of zero-width characters) is
        ``other``, with certainty.

        Raises:
            whatever ``watch.go_on`` raises to end the work.
        """
        works: list[_Work] = []
        rows: list[_Row] = []
        owners: list[_Work] = []
        for report in reports:
            watch.go_on()
            work = self._begun(report)
            windows = self._rows(work.tokens.ids)
            works.append(work)
            rows += windows
            owners += [work] * len(windows)
        with torch.inference_mode():
            for places, output in self._encoded(rows, watch):
                for index, place in enumerate(places):
                    self._add_window(rows[place].window, output, index, owners[place])
            return [self._tagging(work) for work in works]

    def sentence_ends(self, text: str, watch: Watch = UNWATCHED) -> list[int]:
        """Behind which characters of ``text`` a sentence ends, of likely enough.

        Empty if the checkpoint has no head for that (see ``models.boundaries``).

        Raises:
            whatever ``watch.go_on`` raises to end the work.
        """
        if self._boundaries is None:
            return []
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        ids = torch.tensor(encoded["input_ids"], dtype=torch.long)
        rows = self._rows(ids)
        log_odds, weights = torch.zeros(len(ids)), torch.zeros(len(ids))
        with torch.inference_mode():
            for places, output in self._encoded(rows, watch):
                for index, place in enumerate(places):
                    row = rows[place]
                    states = [state[index, : row.length + 2] for state in output.hidden_states]
                    inside, weight = slice(row.window.start, row.window.end), _weights(row.window)
                    log_odds[inside] += self._boundaries(token_features(states)) * weight
                    weights[inside] += weight
        sure = (log_odds / weights).sigmoid() >= _SURE_END
        return [
            end for (_, end), is_end in zip(encoded["offset_mapping"], sure, strict=True) if is_end
        ]

    def _begun(self, report: Report) -> _Work:
        tokens = self._tokenise(report)
        size, outputs = self._model.config.hidden_size, len(self._summary_columns)
        return _Work(tokens, _Sums.none_yet(len(report.sentences), len(tokens.ids), size, outputs))

    def _rows(self, ids: torch.Tensor) -> list[_Row]:
        windows = pack(len(ids), self._windows.size, self._windows.overlap)
        return [_Row(window, ids) for window in windows]

    def _tokenise(self, report: Report) -> _Tokens:
        if not report.sentences:
            nothing = torch.zeros(0, dtype=torch.long)
            return _Tokens(nothing, nothing, np.zeros(0, np.int64))
        title = f"{report.title}\n" if report.title else ""
        encoded = self._tokenizer(
            title + report.text.rstrip(), add_special_tokens=False, return_offsets_mapping=True
        )
        offsets = np.array(encoded["offset_mapping"], dtype=np.int64).reshape(-1, 2)
        # A token may begin with the blank in front of its word: its last character tells.
        last = offsets[:, 1] - 1 - len(title)
        outside = (offsets[:, 0] == offsets[:, 1]) | (last < 0)
        last = np.maximum(last, 0)
        sentence = _sentence_at(report, last)
        sentence[outside] = -1
        return _Tokens(
            torch.tensor(encoded["input_ids"], dtype=torch.long),
            torch.from_numpy(sentence),
            last + 1,
        )

    def _encoded(self, rows: list[_Row], watch: Watch) -> Iterator[tuple[list[int], Any]]:
        """The model's outputs, batch by batch, each with the numbers of its rows.

        Rows of like length share a batch, so that little is padded.
        """
        order = sorted(range(len(rows)), key=lambda place: rows[place].length)
        for start in range(0, len(order), _WINDOWS_A_BATCH):
            watch.go_on()
            places = order[start : start + _WINDOWS_A_BATCH]
            batch = [rows[place] for place in places]
            output = self._encode(batch)
            watch.encoded(len(batch), sum(row.length for row in batch))
            yield places, output

    def _encode(self, rows: list[_Row]) -> Any:
        """The model's output for windows, padded, special tokens around each."""
        longest = max(row.length for row in rows) + _SPECIAL_TOKENS
        width = min(-(-longest // _LENGTH_STEP) * _LENGTH_STEP, self._windows.size + 2)
        ids = torch.full((len(rows), width), self._tokenizer.pad_token_id)
        mask = torch.zeros((len(rows), width), dtype=torch.long)
        for index, row in enumerate(rows):
            ids[index, 0] = self._tokenizer.cls_token_id
            ids[index, 1 : row.length + 1] = row.ids[row.window.start : row.window.end]
            ids[index, row.length + 1] = self._tokenizer.sep_token_id
            mask[index, : row.length + _SPECIAL_TOKENS] = 1
        return self._model(input_ids=ids, attention_mask=mask, output_hidden_states=True)

    def _add_window(self, window: Window, output: Any, index: int, work: _Work) -> None:
        tokens, sums = work.tokens, work.sums
        inner, place = slice(1, window.end - window.start + 1), slice(window.start, window.end)
        logits = output.logits[index, inner]
        vectors = output.hidden_states[_VECTOR_LAYER][index, inner]
        weights = _weights(window)
        sums.summary_logits[place] += logits[:, self._summary_columns] * weights[:, None]
        sums.token_weights[place] += weights
        kept = tokens.sentence[place] >= 0
        sentence, weights = tokens.sentence[place][kept], weights[kept]
        log_probabilities = logits[kept][:, self._role_columns].log_softmax(-1)
        sums.log_probabilities.index_add_(0, sentence, log_probabilities * weights[:, None])
        sums.vectors.index_add_(0, sentence, vectors[kept] * weights[:, None])
        sums.weights.index_add_(0, sentence, weights)

    def _tagging(self, work: _Work) -> Tagging:
        tokens, sums = work.tokens, work.sums
        weights = sums.weights.clamp(min=1e-9)[:, None]
        # Temperature scaling, Guo et al. 2017 (arXiv:1706.04599).
        probabilities = (sums.log_probabilities / weights / self._temperature).softmax(-1)
        scores = tuple(
            RoleScores(*row) if weight > 0 else RoleScores(0.0, 0.0, 0.0, 1.0)
            for row, weight in zip(probabilities.tolist(), sums.weights.tolist(), strict=True)
        )
        vectors = torch.nn.functional.normalize(sums.vectors / weights, dim=-1)
        inside = (tokens.sentence >= 0).numpy()
        salience, keeping = (
            Track(tokens.ends[inside], column[inside])
            for column in (sums.summary_logits / sums.token_weights[:, None]).T.numpy()
        )
        return Tagging(scores, vectors.numpy(), salience, keeping)


def _weights(window: Window) -> torch.Tensor:
    """How much to trust each token of a window."""
    return torch.tensor([window.weight(index) for index in range(window.start, window.end)])


def set_threads(count: int) -> None:
    """How many threads one forward pass may use; call it once in each process."""
    torch.set_num_threads(count)


def _sentence_at(report: Report, positions: Positions) -> Positions:
    """The number of the sentence at each position of the text; -1 between sentences."""
    starts = np.array([sentence.span.start for sentence in report.sentences])
    ends = np.array([sentence.span.end for sentence in report.sentences])
    sentence = np.searchsorted(starts, positions, side="right") - 1
    sentence[positions >= ends[np.maximum(sentence, 0)]] = -1
    return sentence


def _card(source: str | Path, model: Any, head: BoundaryHead | None) -> ModelCard:
    """The card of a loaded model; its version is a digest of the weights themselves."""
    digest = hashlib.sha256()
    for part in (model, head):
        for name, tensor in sorted(part.state_dict().items()) if part else ():
            digest.update(name.encode())
            digest.update(tensor.contiguous().numpy().tobytes())
    name = getattr(model.config, "model_name", None) or Path(source).name
    return ModelCard(str(name), digest.hexdigest()[:12])
