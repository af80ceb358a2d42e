"""The addresses of the app's pages."""

from django.urls import path

from evidence.views import changes, edits, files, panel, phone, upload_links

urlpatterns = [
    path("cases/<str:ref>/evidence/", panel.case_evidence_panel, name="case_evidence_panel"),
    path("cases/<str:ref>/evidence/upload/", changes.evidence_upload, name="evidence_upload"),
    path("cases/<str:ref>/evidence/phone/", upload_links.upload_link_make, name="upload_link_make"),
    path("evidence/phone/<int:pk>/", upload_links.upload_link, name="upload_link"),
    path("evidence/phone/<int:pk>/close/", upload_links.upload_link_close, name="upload_link_close"),
    path("u/<str:secret>/", phone.phone_upload, name="phone_upload"),
    path("u/<str:secret>/done/", phone.phone_done, name="phone_done"),
    path("evidence/<uuid:pk>/file/", files.evidence_file, name="evidence_file"),
    path("evidence/<uuid:pk>/preview/", files.evidence_preview, name="evidence_preview"),
    path("evidence/<uuid:pk>/whole/", files.evidence_whole, name="evidence_whole"),
    path("evidence/<uuid:pk>/film/", files.evidence_film, name="evidence_film"),
    path("evidence/<uuid:pk>/stills/", files.evidence_stills, name="evidence_stills"),
    path("evidence/<uuid:pk>/edit/", edits.evidence_edit, name="evidence_edit"),
    path("evidence/<uuid:pk>/caption/", edits.evidence_caption, name="evidence_caption"),
    path("evidence/<uuid:pk>/withdraw/", changes.evidence_withdraw, name="evidence_withdraw"),
]
