"""« S'entraîner avec un patient fictif »."""

from litestar import Request, post
from litestar.di import NamedDependency

from chevet.actions.parts import Parts
from chevet.actions.train import train
from chevet.model.people import Module
from chevet.protocol import TrainingView
from chevet.routes.guards import may_open


@post("/api/training", status_code=201)
async def post_training(request: Request, parts: NamedDependency[Parts]) -> TrainingView:
    """A visit that begins now with a virtual patient, who comes to the waiting room by himself."""
    account, _ = await may_open(request, parts, Module.TELECONSULTATION)
    return await train(parts, account)
