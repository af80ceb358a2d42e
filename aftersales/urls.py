"""The addresses of the app's pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from aftersales.views import audit, auth, case, couriers, deadlines, imports, notifications, policies, queue, team

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("cases/bulk/", queue.cases_bulk, name="cases_bulk"),
    path("cases/<str:ref>/", case.case, name="case"),
    path("cases/<str:ref>/transitions/<str:name>/", case.case_transition, name="case_transition"),
    path("cases/<str:ref>/events/", case.case_event, name="case_event"),
    path("cases/<str:ref>/deadlines/<int:pk>/move/", deadlines.deadline_move, name="deadline_move"),
    path("cases/<str:ref>/assign/", case.case_assign, name="case_assign"),
    path("couriers/", couriers.courier_hint, name="courier_hint"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:pk>/", imports.import_detail, name="import_detail"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/seen/", notifications.notifications_seen, name="notifications_seen"),
    path("audit/", audit.audit, name="audit"),
    path("audit/breaches/<int:pk>/cause/", audit.breach_cause, name="breach_cause"),
    path("policies/", policies.policies, name="policies"),
    path("policies/load/", policies.policy_load, name="policy_load"),
    path("policies/<str:platform>/<str:version>/", policies.policy, name="policy"),
    path("team/", team.team, name="team"),
    path("team/<int:pk>/", team.team_member, name="team_member"),
    path("login/", auth.LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
