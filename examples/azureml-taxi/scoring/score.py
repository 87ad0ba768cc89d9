"""Answers POST /score with one fare per row.

The body is {"data": {column: {row id: value}}}, as pandas writes a frame. What cannot be scored is
raised, so that the caller gets a failing status and never a 200 with an error text inside.
"""

import json
import os

import joblib
import pandas as pd

model = None


def init():
    """Loads the model that the platform mounted for this deployment."""
    global model
    model = joblib.load(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.pkl"))


def run(raw_body):
    """Returns a list of fares in dollars, in the order of the rows."""
    rows = pd.DataFrame(json.loads(raw_body)["data"])
    return [round(float(fare), 2) for fare in model.predict(rows)]
