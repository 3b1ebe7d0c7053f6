"""What this installation's settings say for the register of processing."""

from __future__ import annotations

from integrations.settings import Settings


def recipients(settings: Settings) -> tuple[str, ...]:
    """Whom data is sent to outside this machine, in French."""
    found = []
    if not settings.is_reports_local:
        found.append("le système de signalements de la ville (Open311), pour traiter les signalements")
    if settings.publik_url:
        found.append("le portail de démarches de la ville (Publik), pour l'état d'une demande")
    if settings.geocoder_url:
        found.append("le géocodeur national (IGN), qui reçoit une rue et un numéro, jamais une personne")
    if settings.sms_url.get_secret_value():
        found.append("le prestataire de SMS, qui reçoit un numéro et un message, après accord de l'appelant")
    if settings.smtp_host:
        found.append(
            "le serveur de courriels, qui reçoit une adresse et un message, après accord de l'appelant"
        )
    if settings.transfer_uri:
        found.append("le standard téléphonique de la ville, quand un appel est passé à un service")
    return tuple(found)
