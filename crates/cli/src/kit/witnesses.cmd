@echo off
rem Collects what procmonkey reads beside a capture. capture.cmd starts this at its end.
rem Alone: witnesses.cmd FOLDER
rem
rem Every command in here only reads. Of the key files it takes names, sizes, dates and
rem access rights; no key file is opened, copied or changed. The event logs are cut down to
rem the events of services, of Schannel and of key files.
setlocal EnableExtensions DisableDelayedExpansion

set "OUT=%PROCMONKEY_OUT%"
if not defined OUT set "OUT=%~1"
if not defined OUT goto usage
if not exist "%OUT%" goto usage
set "THERE="
for %%F in (machineguid.txt keys.txt system.evtx security.evtx) do if exist "%OUT%\%%F" set "THERE=%%F"
if defined THERE goto there

rem Windows 2003 and older have no ProgramData.
set "DATA=%ProgramData%\Microsoft\Crypto"
if not defined ProgramData set "DATA=%ALLUSERSPROFILE%\Application Data\Microsoft\Crypto"

echo Reading MachineGuid ...
rem Windows before 2008 does not know /reg:64.
reg query HKLM\SOFTWARE\Microsoft\Cryptography /v MachineGuid /reg:64 >"%OUT%\machineguid.txt" 2>nul
if errorlevel 1 reg query HKLM\SOFTWARE\Microsoft\Cryptography /v MachineGuid >"%OUT%\machineguid.txt"

echo Listing the key folders, and who may do what with them ...
dir /a "%DATA%\RSA\MachineKeys" >"%OUT%\keys.txt"
if exist "%DATA%\DSS\MachineKeys" dir /a "%DATA%\DSS\MachineKeys" >>"%OUT%\keys.txt"
if exist "%DATA%\Keys" dir /a "%DATA%\Keys" >>"%OUT%\keys.txt"
if exist "%DATA%\SystemKeys" dir /a "%DATA%\SystemKeys" >>"%OUT%\keys.txt"
icacls "%DATA%\RSA\MachineKeys" >>"%OUT%\keys.txt"
icacls "%DATA%\RSA\MachineKeys\*" /c >>"%OUT%\keys.txt"
if exist "%DATA%\Keys" icacls "%DATA%\Keys\*" /c >>"%OUT%\keys.txt"

echo Exporting events ...
wevtutil epl System "%OUT%\system.evtx" "/q:*[System[(EventID=7000 or EventID=7001 or EventID=7009 or EventID=7011 or EventID=7022 or EventID=7023 or EventID=7024 or EventID=7031 or EventID=7034 or EventID=7036 or EventID=36870)]]"
wevtutil epl Security "%OUT%\security.evtx" "/q:*[System[(EventID=5058)]]"

set "MISSING="
for %%F in (machineguid.txt keys.txt system.evtx security.evtx) do if not exist "%OUT%\%%F" call :missing %%F
if defined MISSING echo The capture can be judged without them; procmonkey says what it lacks.
exit /b 0

:missing
set "MISSING=%1"
echo Not collected: %1
exit /b 0

:usage
echo Usage: witnesses.cmd FOLDER
echo FOLDER has to be there; the files are written into it.
exit /b 1

:there
echo %THERE% is already in "%OUT%". Nothing was written.
exit /b 1
