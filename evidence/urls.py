"""The addresses of the app's pages."""

from django.urls import path

from evidence.views import changes, files, panel

urlpatterns = [
    path("cases/<str:ref>/evidence/", panel.case_evidence_panel, name="case_evidence_panel"),
    path("cases/<str:ref>/evidence/upload/", changes.evidence_upload, name="evidence_upload"),
    path("evidence/<uuid:pk>/file/", files.evidence_file, name="evidence_file"),
    path("evidence/<uuid:pk>/preview/", files.evidence_preview, name="evidence_preview"),
    path("evidence/<uuid:pk>/withdraw/", changes.evidence_withdraw, name="evidence_withdraw"),
]
