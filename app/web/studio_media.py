"""Pictures for a course, pasted, dropped or chosen."""

import asyncio

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.responses import JSONResponse, Response

from app.content.links import MOST_MEDIA_BYTES
from app.studio import pictures
from app.studio.pictures import PictureError
from app.web import staff, working_copy
from app.web.problems import Problem
from app.web.states import sentence
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/media", include_in_schema=False)

#: A picture, and what a form puts around it.
MOST = MOST_MEDIA_BYTES + (64 << 10)


@router.post("", max_body_size=MOST)
async def upload(request: Request, course: str) -> Response:
    """Take one picture, in the form's field ``file``, and say how Markdown shows it."""
    await staff.may_edit(request, course)
    folder = working_copy.folder(request, course)
    try:
        async with request.form(max_files=1, max_fields=4) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                raise Problem(422, detail=_("There is no picture in this: send one in the field “file”."))
            data, given = await sent.read(), sent.filename or ""
    except MultiPartException:
        raise Problem(400) from None
    try:
        name = await asyncio.to_thread(pictures.keep, folder, given, data)
    except PictureError as error:
        raise Problem(422, _("This picture cannot be taken"), sentence(str(error))) from None
    except OSError:
        detail = _("The course’s folder cannot be written here. Put the picture into its media folder yourself.")
        raise Problem(409, _("Pictures cannot be kept here"), detail, kind="not-writable") from None
    return JSONResponse({"name": f"media/{name}", "markdown": f"![](media/{name})"}, 201)
