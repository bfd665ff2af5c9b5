"""What a participant's script does with the images, as far as its text tells.

Nothing is run here. The script is followed from top to bottom as Python would follow it, with
descriptions in the place of the real things: not 60,000 images, but "the training images, divided
by 255". What cannot be followed is unknown (None, or nan for a number), and says nothing: every
comparison with nan is false.
"""

import ast
import math
import operator
from dataclasses import dataclass, field, replace

# The pixels of MNIST, roughly. A script may scale by them instead of by fixed numbers.
STATISTICS = {"min": 0, "max": 255, "mean": 33, "std": 79}
# Functions and methods that give the same numbers back, in another type or another shape.
KEEP_THE_NUMBERS = {
    "array", "asarray", "ascontiguousarray", "astype", "copy", "float", "float16", "float32",
    "float64", "int", "ravel", "reshape", "round", "squeeze",
}  # fmt: skip
UNKNOWN = "**"  # stands for named arguments that cannot be followed
SCALERS = {"StandardScaler": (33, 79), "MinMaxScaler": (0, 255)}  # what they take away; divide by
OPERATIONS = {
    ast.Add: operator.add,
    ast.BitOr: operator.or_,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mult: operator.mul,
    ast.Pow: math.pow,  # With operator.pow, 9**9**9 would never end.
    ast.Sub: operator.sub,
}


@dataclass
class Pixels:
    """Images of MNIST from which `offset` was taken before they were divided by `divisor`."""

    part: str  # "training" or "test"
    whole: bool = True  # and not a cut of them
    offset: float = 0
    divisor: float = 1
    rounded: bool = False  # to whole numbers after the division


@dataclass
class Labels:
    part: str  # of which images: "training" or "test"
    guessed: bool = False  # by a network, and not the true ones


@dataclass
class Count:
    """How many images a part of MNIST has."""

    part: str


@dataclass
class Scaler:
    """One of scikit-learn's scalers."""

    offset: float
    divisor: float


@dataclass
class Network:
    """An MLPClassifier, or a pipeline that ends with one."""

    settings: dict
    complete: bool = True  # All its settings are known.
    scaler: Scaler | None = None
    partial_passes: float = 0  # calls of partial_fit
    trained_on: Pixels | None = None

    def setting(self, name, default):
        """Return a setting, or None if it is unknown."""
        return self.settings.get(name, default if self.complete else None)

    @property
    def solver(self):
        return self.setting("solver", "adam")

    @property
    def rate(self):
        return number(self.setting("learning_rate_init", 0.001))

    @property
    def passes(self):
        return self.partial_passes or number(self.setting("max_iter", 200))

    @property
    def layers(self):
        """The numbers of neurons in the hidden layers; empty where they are unknown."""
        layers = self.setting("hidden_layer_sizes", (100,))
        layers = layers if isinstance(layers, tuple) else (layers,)
        return layers if all(isinstance(neurons, int) for neurons in layers) else ()


@dataclass
class Prediction:
    """A network was asked about images."""

    network: Network
    images: Pixels | None


@dataclass
class Script(ast.NodeVisitor):
    """A script that has been followed. Each visit returns what the expression stands for."""

    tree: ast.Module
    predictions: list[Prediction] = field(default_factory=list)
    compared: list[tuple[Labels, Labels]] = field(default_factory=list)
    counters: set[str] = field(default_factory=set)  # names that are raised by 1
    counters_divided_by: list[Count] = field(default_factory=list)
    counting_slips: list[ast.stmt] = field(default_factory=list)  # correct =+ 1
    names: dict = field(default_factory=dict)
    repeats: float = 1  # how often the loops around a line repeat it
    running: list = field(default_factory=list)  # the script's own functions
    returned: object = None

    def __post_init__(self):
        self.visit(self.tree)

    @property
    def trains(self):
        """Whether it calls fit or partial_fit, on whatever."""
        called = [node.func for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return any(getattr(function, "attr", "") in ("fit", "partial_fit") for function in called)

    @property
    def network(self):
        """The network that was last asked, or None."""
        return self.predictions[-1].network if self.predictions else None

    @property
    def training_images(self):
        """The images from which that network learned, as it saw them, or None."""
        return self.network.trained_on if self.network else None

    @property
    def test_images(self):
        """The test images as a network last saw them, or None."""
        asked = [prediction.images for prediction in self.predictions]
        asked = [images for images in asked if images and images.part == "test"]
        return asked[-1] if asked else None

    # Values.

    def visit_Constant(self, node):
        return node.value

    def visit_Name(self, node):
        return self.names.get(node.id)

    def visit_Tuple(self, node):
        return tuple(self.visit(element) for element in node.elts)

    def visit_List(self, node):
        return self.visit_Tuple(node)

    def visit_Dict(self, node):
        values = {}
        for key, value in zip(node.keys, node.values):
            content = self.visit(value)
            if isinstance(key, ast.Constant):
                values[key.value] = content
            else:  # {**settings}
                values |= content if isinstance(content, dict) else {UNKNOWN: None}
        return values

    def visit_UnaryOp(self, node):
        value = self.visit(node.operand)
        return -value if isinstance(node.op, ast.USub) and is_number(value) else value

    def visit_BinOp(self, node):
        left = self.visit(node.left)
        right = self.visit(node.right)
        counter = isinstance(node.left, ast.Name) and node.left.id in self.counters
        if counter and isinstance(node.op, ast.Div) and isinstance(right, Count):
            self.counters_divided_by.append(right)
        return self.calculate(left, node.op, right)

    def calculate(self, left, sign, right):
        if isinstance(left, Pixels):
            return changed(left, sign, number(right))
        if isinstance(right, Pixels):  # 255 - images, for example
            return replace(right, offset=math.nan, divisor=math.nan)
        numbers = is_number(left) and is_number(right)
        settings = isinstance(left, dict) and isinstance(right, dict)
        if not numbers and not settings:
            return None
        try:
            return OPERATIONS[type(sign)](left, right)
        except (ArithmeticError, KeyError, TypeError, ValueError):
            return None

    def visit_Subscript(self, node):
        container = self.visit(node.value)
        index = self.visit(node.slice)
        if isinstance(container, Pixels):
            return replace(container, whole=False)
        if isinstance(container, Labels):
            return container
        try:
            return container[index]
        except (IndexError, KeyError, TypeError):
            return None

    def visit_Compare(self, node):
        self.note_comparison(self.visit(node.left), self.visit(node.comparators[0]))

    def note_comparison(self, *values):
        if len(values) == 2 and all(isinstance(value, Labels) for value in values):
            self.compared.append(values)

    def visit_ListComp(self, node):
        elements = self.visit(node.generators[0].iter)
        if not isinstance(elements, tuple):
            return self.generic_visit(node)
        values = []
        for element in elements:
            self.bind(node.generators[0].target, element)
            values.append(self.visit(node.elt))
        return tuple(values)

    def visit_GeneratorExp(self, node):
        return self.visit_ListComp(node)

    # Calls.

    def visit_Call(self, node):
        method = isinstance(node.func, ast.Attribute)
        receiver = self.visit(node.func.value) if method else None
        name = node.func.attr if method else getattr(node.func, "id", None)
        arguments = [self.visit(argument) for argument in node.args]
        named = {}
        for keyword in node.keywords:
            value = self.visit(keyword.value)
            if keyword.arg:
                named[keyword.arg] = value
            else:  # **settings
                named |= value if isinstance(value, dict) else {UNKNOWN: None}
        if isinstance(receiver, Network):
            return self.ask_network(receiver, name, arguments, named)
        if isinstance(receiver, Scaler) and "transform" in name:
            return scaled(arguments, receiver)
        if isinstance(receiver, Pixels):
            arguments = [receiver, *arguments]
        own = self.names.get(name)
        if isinstance(own, ast.FunctionDef):
            return self.call_own_function(own, arguments, named)
        return self.call_library(name, arguments, named)

    def ask_network(self, network, name, arguments, named):
        images = arguments[0] if arguments else named.get("X")
        images = replace(images) if isinstance(images, Pixels) else None  # as they are now
        if images and network.scaler:
            images = scaled([images], network.scaler)
        if name in ("fit", "partial_fit"):
            network.trained_on = images
            network.partial_passes += self.repeats if name == "partial_fit" else 0
            return network
        if name == "set_params":
            network.settings |= named
            return network
        if name in ("predict", "predict_proba", "score"):
            self.predictions.append(Prediction(network, images))
        if name == "score" and images and len(arguments) > 1:
            self.note_comparison(Labels(images.part, guessed=True), arguments[1])
        if name == "predict" and images:
            return Labels(images.part, guessed=True)
        return None

    def call_own_function(self, function, arguments, named):
        if function in self.running:  # It calls itself: that cannot be followed.
            return None
        outside = self.names
        self.running.append(function)
        parameters = function.args.args
        defaults = function.args.defaults
        self.names = outside | {parameter.arg: None for parameter in parameters}
        for parameter, default in zip(parameters[len(parameters) - len(defaults) :], defaults):
            self.names[parameter.arg] = self.visit(default)
        self.names |= {parameter.arg: value for parameter, value in zip(parameters, arguments)}
        self.names |= named
        self.returned = None
        for statement in function.body:
            self.visit(statement)
        self.names = outside
        self.running.remove(function)
        return self.returned

    def call_library(self, name, arguments, named):
        """Return what a function of Python or of a library returns, if it is one that counts."""
        first = arguments[0] if arguments else None
        if isinstance(named.get("out"), Pixels):  # np.divide(images, 255, out=images)
            named["out"].divisor = math.nan
        if name == "load" and not arguments:
            return Pixels("training"), Labels("training"), Pixels("test"), Labels("test")
        if name == "MLPClassifier":
            layers = {"hidden_layer_sizes": first} if arguments else {}
            return Network(layers | named, complete=UNKNOWN not in named)
        if name in SCALERS:
            return Scaler(*SCALERS[name])
        if name in ("make_pipeline", "Pipeline"):
            return pipeline(first if name == "Pipeline" else arguments)
        if name in STATISTICS and isinstance(first, Pixels):
            return (STATISTICS[name] - first.offset) / first.divisor
        if name in KEEP_THE_NUMBERS:
            whole_numbers = any("int" in str(argument) for argument in arguments[1:])
            if isinstance(first, Pixels) and name == "astype" and whole_numbers:
                return replace(first, rounded=first.divisor > 1)
            return replace(first) if isinstance(first, Pixels) else first
        if name == "len" and isinstance(first, Pixels | Labels):
            return Count(first.part)
        if name == "dict":
            return (first if isinstance(first, dict) else {}) | named
        if name == "range" and all(isinstance(argument, int) for argument in arguments):
            return range(*arguments)
        if name in ("zip", "accuracy_score", "array_equal"):
            self.note_comparison(*arguments)
        if name == "zip" and all(isinstance(argument, tuple) for argument in arguments):
            return tuple(zip(*arguments))
        return None

    # Statements.

    def bind(self, target, value):
        """Give a value to what stands on the left of a "="."""
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            known = isinstance(value, tuple) and len(value) == len(target.elts)
            for place, element in enumerate(target.elts):
                self.bind(element, value[place] if known else None)
        elif isinstance(target, ast.Subscript):
            container = self.visit(target.value)
            if isinstance(container, Pixels) and isinstance(value, Pixels):  # images[:] = ...
                container.offset, container.divisor = value.offset, value.divisor
            elif isinstance(container, dict) and isinstance(target.slice, ast.Constant):
                container[target.slice.value] = value

    def visit_Assign(self, node):
        if isinstance(node.value, ast.UnaryOp) and isinstance(node.value.op, ast.UAdd):
            self.counting_slips.append(node)
        value = self.visit(node.value)
        for target in node.targets:
            self.bind(target, value)

    def visit_Expr(self, node):
        sum_unused = isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Add)
        if sum_unused and isinstance(node.value.right, ast.Constant):
            self.counting_slips.append(node)
        self.visit(node.value)

    def visit_AnnAssign(self, node):
        if node.value:
            self.bind(node.target, self.visit(node.value))

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name) and isinstance(node.op, ast.Add):
            self.counters.add(node.target.id)
        old = self.visit(node.target)
        new = self.calculate(old, node.op, self.visit(node.value))
        if isinstance(old, Pixels):  # NumPy changes the array itself, whatever it is called.
            old.offset, old.divisor = new.offset, new.divisor
        else:
            self.bind(node.target, new)

    def visit_For(self, node):
        elements = self.visit(node.iter)
        if isinstance(elements, tuple):
            self.follow_loop(node, elements, repeats=1)
        elif isinstance(elements, range):
            self.follow_loop(node, [None], repeats=len(elements))
        else:
            self.follow_loop(node, [None], repeats=math.nan)

    def visit_While(self, node):
        self.visit(node.test)
        self.follow_loop(node, [None], repeats=math.nan)

    def follow_loop(self, node, elements, repeats):
        """Follow a loop once for each element that is known; each stands for some repeats."""
        outside = self.repeats
        self.repeats *= repeats
        for element in elements[:20]:
            if isinstance(node, ast.For):
                self.bind(node.target, element)
            for statement in node.body:
                self.visit(statement)
        self.repeats = outside

    def visit_If(self, node):
        """Follow both ways; what they make of a name is known only where they agree."""
        self.visit(node.test)
        before = self.names
        ways = []
        for body in (node.body, node.orelse):
            self.names = dict(before)
            for statement in body:
                self.visit(statement)
            ways.append(self.names)
        self.names = {name: ways[0][name] for name in ways[0] if name in ways[1]}
        self.names = {
            name: value if value is ways[1][name] else None for name, value in self.names.items()
        }

    def visit_Try(self, node):
        for statement in [*node.body, *node.orelse, *node.finalbody]:
            self.visit(statement)

    def visit_FunctionDef(self, node):
        self.names[node.name] = node  # It is followed where it is called.

    def visit_ClassDef(self, node):
        self.names[node.name] = None

    def visit_Lambda(self, node):
        return None

    def visit_Return(self, node):
        self.returned = self.visit(node.value) if node.value else None


def is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value):
    """Return a value that is a number, and nan for all others."""
    return value if is_number(value) else math.nan


def changed(pixels, sign, value):
    """Return what becomes of pixels by arithmetic with a number."""
    if isinstance(sign, ast.Sub):
        return replace(pixels, offset=pixels.offset + value * pixels.divisor)
    if isinstance(sign, ast.Add):
        return replace(pixels, offset=pixels.offset - value * pixels.divisor)
    if isinstance(sign, ast.Div):
        return replace(pixels, divisor=pixels.divisor * value)
    if isinstance(sign, ast.FloorDiv):
        return replace(pixels, divisor=pixels.divisor * value, rounded=True)
    if isinstance(sign, ast.Mult) and value != 0:
        return replace(pixels, divisor=pixels.divisor / value)
    return replace(pixels, offset=math.nan, divisor=math.nan)


def scaled(arguments, scaler):
    """Return pixels after one of scikit-learn's scalers, which looks at them before it scales."""
    if arguments and isinstance(arguments[0], Pixels):
        return replace(arguments[0], offset=scaler.offset, divisor=scaler.divisor)
    return None


def pipeline(steps):
    """Return the network of a pipeline with the scaler before it, or None if there is no network.

    The steps are given alone, or each in a pair with its name.
    """
    scaler = network = None
    for step in steps or ():
        step = step[1] if isinstance(step, tuple) and len(step) == 2 else step
        scaler = step if isinstance(step, Scaler) else scaler
        network = step if isinstance(step, Network) else network
    return replace(network, scaler=scaler) if network else None
