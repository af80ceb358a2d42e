"""The addresses of the app's pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from aftersales.views import audit, auth, case, imports, queue

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("cases/bulk/", queue.cases_bulk, name="cases_bulk"),
    path("cases/<str:ref>/", case.case, name="case"),
    path("cases/<str:ref>/transitions/<str:name>/", case.case_transition, name="case_transition"),
    path("cases/<str:ref>/events/", case.case_event, name="case_event"),
    path("cases/<str:ref>/assign/", case.case_assign, name="case_assign"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:pk>/", imports.import_detail, name="import_detail"),
    path("audit/", audit.audit, name="audit"),
    path("audit/breaches/<int:pk>/cause/", audit.breach_cause, name="breach_cause"),
    path("login/", auth.LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
