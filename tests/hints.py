"""What the checker knows: the rungs of the ladder, and a hint in three strengths for each need.

Which need a script has is decided by the functions below, from what the script really does. They
say yes only where that is certain.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Hint:
    question: str  # the weakest: where to look
    advice: str  # what to do
    recipe: str  # the strongest: the lines to write


@dataclass(frozen=True)
class Rung:
    """A rung of the ladder on MNIST, with the score from which on one stands on it.

    A score wobbles with the processor and the random start, so `least` lies below the name: by one
    standard error of 10,000 test images. The original recipe wobbles more: nine runs of it had
    0.8395 to 0.8942.
    """

    name: str
    least: float
    reached_with: str
    praise: str
    hint: Hint  # how to climb to it


@dataclass(frozen=True)
class Mistake:
    """Something that is wrong whatever the score."""

    found_in: Callable
    what: str
    hint: Hint


@dataclass(frozen=True)
class Improvement:
    """Something that would help a script whose score is still below a limit."""

    found_in: Callable
    limit: float
    hint: Hint


SCALE = Hint(
    "How large are the numbers that go into the network? Print training_images.max().",
    "Networks learn best from numbers near zero. Divide all pixels by 255: the training images and "
    "the test images.",
    "After mnist.load(): training_images = training_images / 255 and, on a line of its own, "
    "test_images = test_images / 255. Then 20 passes are enough.",
)
FASTER = Hint(
    "How far does the network move in each step? Watch the loss: does it hurry, or creep?",
    "Scaled pixels bear larger steps. Try a learning rate ten or twenty times as large.",
    "In MLPClassifier: learning_rate_init=0.2.",
)
SLOWER = Hint(
    "Watch the loss: does it fall steadily, or jump about?",
    "The steps are so long that they overshoot. Try a smaller learning rate.",
    "In MLPClassifier: learning_rate_init=0.2.",
)
ONE_LAYER = Hint(
    "What has to fit through the narrowest layer of your network?",
    "Ten digits in all their shapes do not fit through a few neurons. Try one wider layer instead "
    "of two narrow ones.",
    "In MLPClassifier: hidden_layer_sizes=(32,).",
)
WIDER = Hint(
    "Each hidden neuron looks for one pattern. How many patterns do ten digits have?",
    "Give the hidden layer about four times as many neurons.",
    "In MLPClassifier: hidden_layer_sizes=(128,).",
)
LONGER = Hint(
    "Was the loss still falling when the training ended?",
    "Let it see the training images more often: more passes.",
    "In MLPClassifier: max_iter=15.",
)
CENTRE = Hint(
    "Your pixels are never negative. What does that mean for the first layer's steps?",
    "Take the average pixel away before you divide, so that the pixels lie around 0. And let more "
    "neurons look at them.",
    "offset = training_images.mean() and divisor = training_images.std(), both before you change "
    "anything. Then images = (images - offset) / divisor for the training and the test images, "
    "and hidden_layer_sizes=(256,).",
)
BEND = Hint(
    "Your network meets the same 60,000 images in every pass. What could it learn from new ones?",
    "Show it each image a little differently in every pass: shifted, turned, bent.",
    "Train with partial_fit in a loop over the passes. Before each pass, move the images: "
    "np.roll(training_images.reshape(-1, 28, 28), (1, 0), axis=(1, 2)).reshape(-1, 784) moves "
    "them down by one pixel. Step 09 bends them as well, and takes 512 neurons.",
)
VOTE = Hint(
    "Two people see more than one. And is the last pass really the best one?",
    "Let two networks vote, and average the weights of the later passes. Digits that lean can be "
    "straightened first.",
    "Sum up predict_proba of two networks with different random_state, and take argmax(axis=1). "
    "Step 09 has all three: voting, averaged weights, straightened digits.",
)
LIKE_STEP_02 = Hint(
    "What differs from step 02? Its network reads more than eight digits in ten.",
    "Compare the learning rate, the layers and the number of passes with step 02, and look whether "
    "the loss falls from pass to pass.",
    'Step 02 has solver="sgd", activation="logistic", hidden_layer_sizes=(14, 14), '
    "learning_rate_init=0.01, and 100 passes on MNIST.",
)

# On MNIST, from the lowest to the highest. `least` of the first is below the worst run seen.
RUNGS = [
    Rung(
        "0.88",
        0.83,
        "the original recipe",
        "Your network reads digits that it has never seen.",
        LIKE_STEP_02,
    ),
    Rung(
        "0.90",
        0.897,
        "pixels scaled to 0-1",
        "About nine digits in ten!",
        SCALE,
    ),
    Rung(
        "0.94",
        0.9376,
        "a learning rate of 0.2",
        "Bold steps, well taken.",
        FASTER,
    ),
    Rung(
        "0.966",
        0.9642,
        "one hidden layer of 32 neurons",
        "LeCun's network with 300 hidden neurons had 0.953 in 1998.",
        ONE_LAYER,
    ),
    Rung(
        "0.977",
        0.9755,
        "one hidden layer of 128 neurons",
        "That is a good network. Let it read your own hand: step 08.",
        WIDER,
    ),
    Rung(
        "0.982",
        0.9807,
        "centred pixels and 256 neurons",
        "From here on it gets hard, and you are here.",
        CENTRE,
    ),
    Rung(
        "0.99",
        0.989,
        "images bent afresh in each pass",
        "About one mistake in a hundred digits!",
        BEND,
    ),
    Rung(
        "0.994",
        0.9932,
        "two networks that vote, averaged weights and straightened digits",
        "Few plain networks have ever been better than yours.",
        VOTE,
    ),
]


# What is wrong. Each function is asked about a Script (script_reader.py).


def counts_wrongly(script):
    """`correct =+ 1` sets it to 1, and a line `correct + 1` changes nothing."""
    return bool(script.counting_slips)


def learns_from_test_images(script):
    return bool(script.training_images) and script.training_images.part == "test"


def predicts_only_training_images(script):
    asked = [prediction.images for prediction in script.predictions]
    return bool(asked) and all(
        images and images.whole and images.part == "training" for images in asked
    )


def compares_with_other_labels(script):
    return any(
        one.guessed != other.guessed and one.part != other.part for one, other in script.compared
    )


def divides_by_training_images(script):
    """Only with test images: in step 06 some training images play their part for a while."""
    parts = {count.part for count in script.counters_divided_by}
    asked = {prediction.images.part for prediction in script.predictions if prediction.images}
    return parts == {"training"} and "test" in asked


def scales_twice(script):
    return any(images and images.divisor > 2000 for images in both(script))


def rounds_pixels(script):
    return any(images and images.rounded for images in both(script))


def scales_only_training_images(script):
    training, test = both(script)
    return bool(training and test) and is_raw(test) and training.divisor > 20


def scales_only_test_images(script):
    training, test = both(script)
    return bool(training and test) and is_raw(training) and test.divisor > 20


def scales_unlike(script):
    """The training and the test images were shifted or divided by clearly different numbers."""
    training, test = both(script)
    if not training or not test:
        return False
    shift = abs(training.offset - test.offset)
    return shift > 20 or max(training.divisor, test.divisor) > 2 * min(
        training.divisor, test.divisor
    )


# What could be better.


def uses_raw_pixels(script):
    return bool(script.training_images) and is_raw(script.training_images)


def creeps(script):
    return uses_sgd(script) and script.network.rate < 0.05


def jumps(script):
    return uses_sgd(script) and script.network.rate > 0.5


def has_narrow_layers(script):
    layers = script.network.layers if script.network else ()
    return len(layers) > 1 and min(layers) < 30


def has_few_neurons(script):
    layers = script.network.layers if script.network else ()
    return bool(layers) and max(layers) < 100


def makes_few_passes(script):
    return bool(script.network) and script.network.passes < 8


def has_pixels_off_centre(script):
    images = script.training_images
    return bool(images) and images.divisor > 20 and images.offset == 0


def both(script):
    return script.training_images, script.test_images


def is_raw(images):
    return images.divisor == 1 and images.offset == 0


def uses_sgd(script):
    return bool(script.network) and script.network.solver == "sgd"


BOTH_ALIKE = Hint(
    "Do the images of the test look to the network like those from which it learned?",
    "Do the same to the training images and to the test images, once each.",
    "After mnist.load(): training_images = training_images / 255 and, on a line of its own, "
    "test_images = test_images / 255. Nothing else changes them.",
)
# The first that is found counts.
MISTAKES = [
    Mistake(
        counts_wrongly,
        "The line that counts the right answers does not count.",
        Hint(
            "Print the counter after each image. Does it grow?",
            "Python reads =+ 1 as = (+1): it sets the counter to 1 again and again. And a line "
            "that is only correct + 1 keeps nothing.",
            "Write correct += 1.",
        ),
    ),
    Mistake(
        learns_from_test_images,
        "The network learns from the test images, so its score says nothing.",
        Hint(
            "Which images and labels does fit() get?",
            "The test images must be new to the network. Learn from the training images alone.",
            "network.fit(training_images, training_labels)",
        ),
    ),
    Mistake(
        predicts_only_training_images,
        "The score counts the images from which the network has learned.",
        Hint(
            "Which images does the network read when you count?",
            "Knowing the questions beforehand is no art. Let it read the test images.",
            "predicted_labels = network.predict(test_images), and compare with test_labels.",
        ),
    ),
    Mistake(
        compares_with_other_labels,
        "The predictions for one part of the data are compared with the labels of the other.",
        Hint(
            "Which images did the network read, and with which labels are they compared?",
            "Compare what it says of the test images with the labels of the test images.",
            "for predicted_label, true_label in zip(predicted_labels, test_labels):",
        ),
    ),
    Mistake(
        divides_by_training_images,
        "The right answers of the test are divided by the number of training images.",
        Hint(
            "By which number do you divide, and how many answers did you count?",
            "You count test images, so divide by their number.",
            "score = correct / len(test_labels)",
        ),
    ),
    Mistake(
        scales_twice,
        "Pixels are scaled twice, so that almost nothing is left of them.",
        Hint(
            "How large are the pixels that the network gets? Print training_images.max().",
            "Look for a second line, or a loop, that divides the same images again. Once is right.",
            BOTH_ALIKE.recipe,
        ),
    ),
    Mistake(
        rounds_pixels,
        "Pixels are rounded to whole numbers after they were scaled: only 0 and 1 are left.",
        Hint(
            "Print some pixels in the middle of an image. Where are the greys?",
            "Scale with /, which keeps the decimals. Both // and astype(int) cut them off.",
            BOTH_ALIKE.recipe,
        ),
    ),
    Mistake(
        scales_only_training_images,
        "The training images are scaled, and the test images are not.",
        BOTH_ALIKE,
    ),
    Mistake(
        scales_only_test_images,
        "The test images are scaled, and the training images are not.",
        BOTH_ALIKE,
    ),
    Mistake(
        scales_unlike,
        "The training images and the test images are scaled differently.",
        BOTH_ALIKE,
    ),
]
# The first that is found in a script, and whose limit lies above its score, gives the hint. Beyond
# its limit a change no longer pays; where none is found, the next rung says what others did.
IMPROVEMENTS = [
    Improvement(uses_raw_pixels, 0.989, SCALE),
    Improvement(creeps, 0.975, FASTER),
    Improvement(jumps, 0.98, SLOWER),
    Improvement(has_narrow_layers, 0.966, ONE_LAYER),
    Improvement(has_few_neurons, 0.977, WIDER),
    Improvement(makes_few_passes, 0.982, LONGER),
    Improvement(has_pixels_off_centre, 0.9807, CENTRE),
]

# What a score alone tells, where the script shows no mistake.
IMPOSSIBLE = Hint(
    "What did you count, and by what did you divide?",
    "Divide the number of right answers by the number of test images.",
    "score = correct / len(test_labels)",
)
TOO_GOOD = Hint(
    "Has the network seen these very images before?",
    "Count on the test images, not on the training images.",
    "predicted_labels = network.predict(test_images), and compare with test_labels.",
)
GUESSING = Hint(
    "Ten digits, and one in ten is right: that is chance. Print a few predictions: do they differ?",
    "Are the training and the test images scaled alike, and only once? Is the learning rate far "
    "too large, or far too small? Do images and labels belong together?",
    LIKE_STEP_02.recipe,
)


@dataclass(frozen=True)
class Trouble:
    """Words in the last line of an error, and what to do."""

    words: str
    advice: str


# The first whose words are found counts.
TROUBLES = [
    Trouble(
        "No module named 'mnist'",
        "Activate the virtual environment, then: pip install -r requirements.txt",
    ),
    Trouble(
        "No module named",
        "Activate the virtual environment, then: pip install -r requirements.txt",
    ),
    Trouble(
        "module 'mnist' has no attribute",
        "Is there another mnist.py beside your script? Give it another name.",
    ),
    Trouble("EOFError", "It waits for the keyboard. Take input() out."),
    Trouble("NameError", "Is the name spelt as before? Does the line that makes it come earlier?"),
    Trouble(
        "Could not download",
        "Run python mnist.py where there is a network. Or take download() out of the script: then "
        "it uses the small sample.",
    ),
    Trouble("ConnectionError", "Is there a network?"),
    Trouble("inconsistent numbers of samples", "Are images and labels of the same part?"),
    Trouble("output from dtype", "Write images = images / 255 instead of images /= 255."),
    Trouble("features", "Were training and test images changed in the same way?"),
    Trouble("Expected 2D array", "Keep the images as rows of 784 pixels; for one, images[:1]."),
    Trouble("not fitted", "Call fit before predict."),
    Trouble("FileNotFoundError", "Is the file in the same folder as the script?"),
    Trouble("", "Compare this line with the step in the README."),
]
