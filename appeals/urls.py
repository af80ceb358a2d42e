"""The addresses of the app's pages."""

from django.urls import path

from appeals.views import appeal, bundles, cases, lists, packets, submissions

urlpatterns = [
    path("appeals/", lists.appeals, name="appeals"),
    path("appeals/ledger/", submissions.ledger, name="submissions"),
    path("appeals/open/", appeal.open_, name="appeal_open"),
    path("appeals/<uuid:pk>/", appeal.appeal, name="appeal"),
    path("appeals/<uuid:pk>/draft/", appeal.update, name="appeal_update"),
    path("appeals/<uuid:pk>/cases/", cases.change, name="appeal_cases"),
    path("appeals/<uuid:pk>/reconsider/", cases.reconsider, name="appeal_reconsider"),
    path("appeals/<uuid:pk>/submit/", appeal.submit, name="appeal_submit"),
    path("appeals/<uuid:pk>/outcome/", appeal.outcome, name="appeal_outcome"),
    path("appeals/<uuid:pk>/withdraw/", appeal.withdraw, name="appeal_withdraw"),
    path("appeals/<uuid:pk>/packets/", packets.build, name="appeal_packet_build"),
    path("packets/<uuid:pk>/", packets.packet, name="packet"),
    path("packets/<uuid:pk>/file/", packets.packet_file, name="packet_file"),
    path("bundles/", bundles.bundles, name="bundles"),
    path("bundles/<uuid:pk>/", bundles.bundle, name="bundle"),
    path("bundles/<uuid:pk>/retry/", bundles.retry, name="bundle_retry"),
    path("bundles/<uuid:pk>/file/", bundles.bundle_file, name="bundle_file"),
    path("cases/<str:ref>/appeals/", appeal.case_panel, name="case_appeal_panel"),
]
