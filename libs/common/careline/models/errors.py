"""What can go wrong with the in-process models.

ModelError
|- EncoderMissing      the encoder's folder is not there yet: convert it
|- EncoderBroken       a file of it is not the one the manifest names, or cannot be run
|- WeightsMissing      (conversion) the package with the weights is not installed
|- WeightsUnexpected   (conversion) the weights are not the pinned ones
|- ConversionFailed    (conversion) the converted network does not give the known similarities
|- TrainingImpossible  too few examples or labels to train a head from
|- TrainerMissing      (fine-tuning) no Python with torch was found: install it
|- TuningFailed        (fine-tuning) the training process failed
|- RowsUnusable        (calibration) rows of scores that cannot be read, or too few to promise anything from
|- HeadUnreadable      bytes that are no head, or a head made for another encoder
"""


class ModelError(Exception):
    """Base of all errors of this room."""


class EncoderMissing(ModelError):
    """There is no converted encoder at the given place."""


class EncoderBroken(ModelError):
    """The encoder's files do not fit their manifest or cannot be run."""


class WeightsMissing(ModelError):
    """The original weights were not found."""


class WeightsUnexpected(ModelError):
    """The weights' hash is not the pinned one."""


class ConversionFailed(ModelError):
    """The converted network fails its known check values."""


class TrainingImpossible(ModelError):
    """The examples do not suffice to train a head."""


class TrainerMissing(ModelError):
    """There is no Python with torch to fine-tune with."""


class TuningFailed(ModelError):
    """The training process ended without a result."""


class RowsUnusable(ModelError):
    """The rows of scores are no rows of scores, or none."""


class HeadUnreadable(ModelError):
    """The bytes hold no head that this code can use."""
