"""Searching for better settings
=============================

Which learning rate, how many neurons, how large a mini-batch? Nobody can compute the answer. But a
computer can try many settings, on all of its cores at a time, while you have a coffee.

Notice that the candidates are compared on validation images, from which they do not learn. Notice,
too, how close the best candidates are: 2,000 images cannot tell such small differences from luck.
And notice the picture: the smallest and the largest learning rates fail, and between them is a wide
plateau.

On MNIST it takes about ten seconds on two cores. The page of this step shows how to spread it over
a room of laptops, with Dask. It ends with these lines:

    Best settings: learning_rate_init 0.3, hidden_layer_sizes (128,), batch_size 100
    Validation score 0.9525, with a standard error of 0.0048
    Other candidates that are as close as this: 3
    We have a score of 0.9360
"""

import os
import sys
import warnings

import joblib
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import PredefinedSplit, RandomizedSearchCV
from sklearn.neural_network import MLPClassifier

import mnist
import pictures

# It would only say, for each candidate, that its six passes are over.
warnings.filterwarnings("ignore", category=ConvergenceWarning)

scheduler = os.environ.get("DASK_SCHEDULER")
if scheduler:
    try:
        from dask.distributed import Client

        # With a single worker, joblib would do all the work on this computer, without a word.
        Client(scheduler, timeout=15).wait_for_workers(2, timeout=15)
    except ImportError:
        sys.exit('DASK_SCHEDULER is set, but Dask is missing: pip install "dask[distributed]"')
    except (OSError, ValueError) as error:
        sys.exit(f"The search needs two workers at {scheduler}: {error}\nIs it running?")
    joblib.parallel_config("dask")

training_images, training_labels, test_images, test_labels = mnist.load()
# To be quick, each candidate learns from the first 6,000 images. The last 2,000 compare them. (On
# the sample, the images between are left out: they have the same digits, moved a little.)
images = np.concatenate([training_images[:6_000], training_images[-2_000:]]) / np.float32(255)
labels = np.concatenate([training_labels[:6_000], training_labels[-2_000:]])
validation = PredefinedSplit([-1] * 6_000 + [0] * 2_000)  # -1: learn from it, 0: compare by it

search = RandomizedSearchCV(
    MLPClassifier(solver="sgd", activation="logistic", max_iter=6, random_state=1),
    {
        "learning_rate_init": [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0],
        "hidden_layer_sizes": [(32,), (64,), (128,)],
        "batch_size": [50, 100, 200],
    },
    n_iter=24,  # of the 63 combinations, picked at random
    random_state=1,
    cv=validation,
    n_jobs=-1,  # on all cores
    verbose=3,  # one line for each candidate
)
search.fit(images, labels)

best = ", ".join(f"{name} {value}" for name, value in search.best_params_.items())
print(f"Best settings: {best}")
results = search.cv_results_
scores = results["mean_test_score"]  # "test" is the search's word: these are validation images
standard_error = np.sqrt(search.best_score_ * (1 - search.best_score_) / 2_000)
close = np.sum(scores > search.best_score_ - standard_error) - 1
print(f"Validation score {search.best_score_:.4f}, with a standard error of {standard_error:.4f}")
print(f"Other candidates that are as close as this: {close}")
pictures.draw(results["params"], scores)
print(f"We have a score of {search.score(test_images / np.float32(255), test_labels):.4f}")
