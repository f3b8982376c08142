"""The same tables, unmanaged."""

from django.contrib.gis.db import models


class Country(models.Model):
    slug = models.CharField(max_length=120)
    name = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "registry_country"


class Commodity(models.Model):
    slug = models.CharField(max_length=120)
    name = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "registry_commodity"


class Deposit(models.Model):
    slug = models.CharField(max_length=120)
    uid = models.UUIDField()
    name = models.CharField(max_length=200)
    record_status = models.CharField(max_length=16)
    country = models.ForeignKey(Country, null=True, on_delete=models.PROTECT)
    admin_area = models.CharField(max_length=200, null=True)
    admin_code = models.CharField(max_length=6, null=True)
    locality = models.CharField(max_length=300, null=True)
    occurrence_type = models.CharField(max_length=16)
    deposit_type = models.CharField(max_length=24)
    development_status = models.CharField(max_length=24)
    discovery_year = models.PositiveSmallIntegerField(null=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    location = models.PointField(null=True)
    geometry = models.GeometryField(null=True)
    location_kind = models.CharField(max_length=24)
    location_uncertainty_m = models.FloatField(null=True)
    uncertainty_basis = models.CharField(max_length=24, null=True)
    version = models.PositiveIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "registry_deposit"


class DepositCommodity(models.Model):
    deposit = models.ForeignKey(Deposit, on_delete=models.CASCADE, related_name="commodities")
    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT)
    role = models.CharField(max_length=16)

    class Meta:
        managed = False
        db_table = "registry_depositcommodity"


class Name(models.Model):
    deposit = models.ForeignKey(Deposit, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=500)

    class Meta:
        managed = False
        db_table = "registry_name"
