"""Recognising your own handwriting
================================

Draw a digit, and the network that you have just trained reads it.

    python main.py              makes a page to draw on, and opens it in the browser
    python main.py photo.png    reads a digit from a picture

Notice what the network sees: not your drawing, but 28 x 28 pixels, scaled and centred like all the
images that it learnt from. Switch that off in the page, and the guess falls apart.

On MNIST it takes about ten seconds:

    pass  1: loss 0.3520, score 0.9483
    pass 12: loss 0.0162, score 0.9788
    We have a score of 0.9788
"""

import base64
import json
import sys
import webbrowser
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier

import mnist

if len(sys.argv) > 2:
    sys.exit("Give the name of one picture. A name with spaces needs quotes around it.")
if len(sys.argv) == 2:
    import preparation  # only pictures need it: in the page, JavaScript does the same

    try:  # before the training: nobody should wait ten seconds to hear of a misspelt name
        seen = preparation.prepare(preparation.read_ink(sys.argv[1]))
    except ValueError as problem:
        sys.exit(str(problem))
else:
    try:
        page = Path(__file__).with_name("drawing_page.html").read_text(encoding="utf-8")
    except OSError:
        sys.exit("There is no drawing_page.html beside main.py. Copy it there, too.")

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images / np.float32(255)
test_images = test_images / np.float32(255)

network = MLPClassifier(
    hidden_layer_sizes=(128,),
    activation="logistic",
    solver="sgd",
    learning_rate_init=0.5,  # bold, but this network bears it, and needs fewer passes
    random_state=np.random.RandomState(1),  # shuffles anew in each pass, alike in each run
)
passes = 720_000 // len(training_images)  # 12 on MNIST, more on the small sample
for number in range(1, passes + 1):
    network.partial_fit(training_images, training_labels, classes=np.arange(10))
    score = network.score(test_images, test_labels)
    print(f"pass {number:2}: loss {network.loss_:.4f}, score {score:.4f}", flush=True)
print(f"We have a score of {score:.4f}")

if len(sys.argv) == 2:
    print("\nThis is what the network sees:\n")
    for row in seen.reshape(28, 28):  # each pixel twice, because letters are narrow
        print("".join(2 * " .:-=+*#%@"[level // 26] for level in row).rstrip())
    probabilities = network.predict_proba(seen[None] / np.float32(255))[0]
    for digit, probability in enumerate(probabilities):
        print(f"{digit} {probability:7.1%} {'#' * round(40 * probability)}".rstrip())
    print(f"\nThe network reads: {probabilities.argmax()}")
    sys.exit()

# The page is a template. The network goes into it as text: its numbers in base64.
contents = {
    "weights": [base64.b64encode(w.astype("<f4").tobytes()).decode() for w in network.coefs_],
    "biases": [base64.b64encode(b.astype("<f4").tobytes()).decode() for b in network.intercepts_],
    "activation": network.activation,
    "score": score,
    "training_images": len(training_images),
    "test_images": len(test_images),
}
page = page.replace(">null</script>", f">{json.dumps(contents)}</script>")
place = Path(__file__).resolve().with_name("drawing_page_with_network.html")
try:
    place.write_text(page, encoding="utf-8")
except OSError as problem:
    sys.exit(f"The page could not be written: {problem}")
print(f"Draw a digit in {place.name}. If no browser opens, open it yourself:")
print(place.as_uri())  # an address, because it is plain ASCII whatever the folder is called
webbrowser.open(place.as_uri())
