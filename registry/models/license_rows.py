"""What a licence is for, and where."""

from django.contrib.gis.db import models

from registry.constraints import exactly_one
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.models.commodities import Commodity
from registry.models.deposits import Deposit
from registry.models.licenses import License
from registry.models.prospecting import ProspectingObject
from registry.triggers import TouchParent, kept


@kept_in_history
class LicenseCommodity(models.Model):
    """What a licence is for."""

    license = models.ForeignKey(License, on_delete=models.CASCADE, related_name="commodities", db_index=False)
    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="+", db_index=False)

    row_key = RowKey(columns=("commodity",), of="license")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "commodities"
        constraints = [models.UniqueConstraint(fields=["license", "commodity"], name="licensecommodity_once")]
        indexes = [models.Index(fields=["commodity", "license"], name="licensecommodity_commodity")]

    triggers = [TouchParent(license="registry_license"), *kept()]

    def __str__(self) -> str:
        """Name the commodity."""
        return str(self.commodity)


@kept_in_history
class LicenseSite(models.Model):
    """A deposit or prospecting object that a source links to a licence; what merely overlaps it is derived."""

    license = models.ForeignKey(License, on_delete=models.CASCADE, related_name="sites", db_index=False)
    deposit = models.ForeignKey(Deposit, null=True, blank=True, on_delete=models.CASCADE, related_name="license_links")
    prospecting_object = models.ForeignKey(
        ProspectingObject, null=True, blank=True, on_delete=models.CASCADE, related_name="license_links"
    )

    row_key = RowKey(columns=("deposit", "prospecting_object"), of="license")

    class Meta:
        ordering = ["id"]
        constraints = [
            exactly_one("licensesite_one", "deposit", "prospecting_object"),
            models.UniqueConstraint(
                fields=["license", "deposit", "prospecting_object"], nulls_distinct=False, name="licensesite_once"
            ),
        ]

    triggers = [TouchParent(license="registry_license"), *kept()]

    def __str__(self) -> str:
        """Name the site."""
        return str(self.deposit or self.prospecting_object)
