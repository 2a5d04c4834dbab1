"""A gate that costs each body and holds it to its limit."""
from concurrent.futures import ThreadPoolExecutor


def over(limits, cost):
    """Prints what each body costs; whether one costs too much."""
    with ThreadPoolExecutor(2) as pool:
        costs = dict(zip(limits, pool.map(cost, limits)))
    for body, limit in limits.items():
        print(f"{body}: {costs[body]:.2f} instructions a byte, at most {limit}")
    return any(costs[body] > limit for body, limit in limits.items())
