#!/usr/bin/env python3
"""FastAPI serving answers that were computed beforehand: what the framework alone costs.

serve_fastapi.py ANSWERS --port P: ANSWERS holds one line {"id": …, "answer": …} for each book, as the real API answered.
`/v1/books/{id}/similar` goes through a pydantic response model, as such services are written; `/plain/v1/books/{id}/similar`
gives the dictionary to the JSON encoder; one process, uvloop and httptools.
"""

import argparse
import json
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel


class Reason(BaseModel):
    kind: str
    value: str | None = None
    weight: float = 0


class Card(BaseModel):
    id: str
    work_id: str | None = None
    title: str
    authors: list[str] = []
    labels: list[str] = []
    cover_url: str | None = None
    collection: str | None = None
    series: str | None = None
    series_number: float | None = None
    language: str | None = None
    published_on: str | None = None
    ean: str | None = None
    isbn13: str | None = None
    publisher: str | None = None
    format: str | None = None
    binding: str | None = None
    page_count: int | None = None
    weight_kg: float | None = None
    width_cm: float | None = None
    height_cm: float | None = None
    depth_cm: float | None = None


class SimilarBook(BaseModel):
    score: float
    reasons: list[Reason] = []
    book: Card


class Similar(BaseModel):
    id: str
    metric: str
    strategy: str
    snapshot: str
    degraded: bool | None = None
    books: list[SimilarBook]


def make_app(path):
    answers = {}

    @asynccontextmanager
    async def load(_):
        with open(path, encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                answers[row["id"]] = row["answer"]
        yield

    app = FastAPI(lifespan=load)

    def answer_of(book_id, k):
        answer = answers.get(book_id)
        if answer is None:
            raise HTTPException(404, f"no book {book_id}")
        return {**answer, "books": answer["books"][:k]}

    @app.get("/v1/books/{book_id}/similar", response_model=Similar, response_model_exclude_unset=True)
    async def similar(book_id: str, k: int = Query(10, ge=0, le=1000)):
        return answer_of(book_id, k)

    @app.get("/plain/v1/books/{book_id}/similar")
    async def plain(book_id: str, k: int = 10):
        return JSONResponse(answer_of(book_id, k))

    return app


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("answers")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    uvicorn.run(make_app(arguments.answers), host="127.0.0.1", port=arguments.port, log_level="warning",
                access_log=False, loop="uvloop", http="httptools")


if __name__ == "__main__":
    main()
