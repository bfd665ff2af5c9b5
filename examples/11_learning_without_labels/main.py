"""Learning without labels
=======================

60,000 images, and nobody has said what they show. Images that look alike are put into groups. Only
then do we ask for labels: one for each of 100 groups. A network learns from these 100 answers.

Notice where training_labels is read: at 100 places for the groups, and at 100 other places for the
network that they are compared with.

On MNIST it takes about twenty seconds and ends like this:

    the names of the groups, no network        score 0.9218
    100 images by chance, with their labels    score 0.7430
    the 100 picked images, with the answers    score 0.8312
    all images, with the names of the groups   score 0.9340
    We have a score of 0.9340
"""

import warnings

import numpy as np
from sklearn.cluster import MiniBatchKMeans, SpectralClustering
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import pairwise_distances_argmin
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist
import pictures

# It would only say that the passes which we have chosen are over.
warnings.filterwarnings("ignore", category=ConvergenceWarning)

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images / np.float32(255)  # pixels from 0 to 1
test_images = test_images / np.float32(255)
threadpool_limits(1)  # One processor core is enough for such small sums.

# Without a label: the 50 numbers that say most about an image, instead of its 784 pixels. They are
# called its features.
pca = PCA(n_components=50, random_state=1).fit(training_images)
features = pca.transform(training_images)
print("Each image is now 50 numbers.", flush=True)

# Without a label: 2,000 small groups of images that look alike.
k_means = MiniBatchKMeans(
    n_clusters=2000,
    batch_size=4096,  # images that it looks at before it moves the middles of the groups
    max_iter=10,  # passes over the training images, at most
    random_state=1,
)
small_group = k_means.fit_predict(features)  # for each image, the number of its small group
middles = k_means.cluster_centers_
print("k-means has found 2,000 small groups.", flush=True)

# Without a label: small groups that are neighbours of neighbours join in one of 100 large groups.
joining = SpectralClustering(n_clusters=100, affinity="nearest_neighbors", random_state=1)
large_group = joining.fit_predict(middles)  # for each small group, the number of its large one
large_middles = [middles[large_group == number].mean(axis=0) for number in range(100)]
print("Neighbours have come together in 100 large groups.", flush=True)

# The only labels that we ask for: one for the image nearest to the middle of each large group.
picked = pairwise_distances_argmin(large_middles, features)
answers = training_labels[picked]
names = answers[large_group[small_group]]  # each training image has the name of its group

test_group = large_group[k_means.predict(pca.transform(test_images))]
score = np.mean(answers[test_group] == test_labels)
print(f"{'the names of the groups, no network':40}   score {score:.4f}", flush=True)

by_chance = np.random.default_rng(3).choice(len(training_images), size=100, replace=False)
lessons = {
    "100 images by chance, with their labels": (by_chance, training_labels[by_chance], 1000),
    "the 100 picked images, with the answers": (picked, answers, 1000),
    "all images, with the names of the groups": (slice(None), names, 10),  # slice: all of them
}
for lesson, (chosen, labels, passes) in lessons.items():
    network = MLPClassifier(
        solver="sgd",
        activation="logistic",
        hidden_layer_sizes=(128,),
        learning_rate_init=0.2,
        max_iter=passes,  # With fewer images, look at each more often.
        random_state=1,
    )
    network.fit(training_images[chosen], labels)
    score = network.score(test_images, test_labels)
    print(f"{lesson:40}   score {score:.4f}", flush=True)
print(f"We have a score of {score:.4f}")

pictures.draw_groups(training_images, large_group[small_group], answers)
